import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Where each test of a file keeps credentials, certificates and images. */
export interface ClientFiles {
  readonly directory: string;
  /** As if the client were another: its store is empty. */
  useState(name: string): void;
}

/** A client of registries for each test of a file, in this process: a directory of its own, which goes with all variables that the test set. */
export function useRegistryClient(): ClientFiles {
  const before = { ...process.env };
  let directory = '';
  const useState = (name: string) => {
    process.env.TSLAB_STATE = join(directory, name);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tslab-client-'));
    process.env.DOCKER_CONFIG = directory;
    process.env.XDG_CONFIG_HOME = directory;
    useState('one');
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
    useState,
  };
}
