import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, programDirectories } from '../kernel/files/program-path.js';
import { elfInterpreter } from './elf.js';
import type { Entry, Source } from './entry.js';
import { skeleton } from './skeleton.js';

/** A static program that acts as many others, by the name that it is called by. */
export interface Busybox {
  readonly path: string;
  /** Those names, which the program itself lists when they are needed; none where it does not run here. */
  applets(): readonly string[];
}

/** A busybox of this host that needs no shared libraries. Alpine keeps it beside the other, as `busybox.static`. */
export function findBusybox(directories = programDirectories()): Busybox | undefined {
  for (const name of ['busybox', 'busybox.static']) {
    const path = findProgram(name, directories);
    if (path !== undefined && isStatic(path)) return { path, applets: () => listApplets(path) };
  }
  return undefined;
}

function isStatic(path: string): boolean {
  return elfInterpreter(head(path)) === null;
}

/** The start of a file, where an ELF program names its interpreter. */
function head(path: string): Buffer {
  const buffer = Buffer.alloc(4096);
  const fd = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}

/** Empty where it does not run here. */
function listApplets(busybox: string): string[] {
  try {
    const list = execFileSync(busybox, ['--list'], { env: {}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return list.split('\n').filter((name) => name !== '' && name !== 'busybox');
  } catch {
    return [];
  }
}

/** Busybox in /bin, and a symbolic link for each of its names. */
export function busyboxSource({ path, applets }: Busybox): Source {
  return { origin: 'busybox', files: [path], plan: () => planFromBusybox(path, applets()) };
}

function planFromBusybox(path: string, applets: readonly string[]): Entry[] {
  return [
    ...skeleton(),
    { kind: 'directory', path: '/bin', mode: 0o755 },
    { kind: 'symlink', path: '/sbin', target: 'bin' },
    { kind: 'symlink', path: '/usr/bin', target: '../bin' },
    { kind: 'symlink', path: '/usr/sbin', target: '../bin' },
    { kind: 'copy', path: '/bin/busybox', from: path },
    ...applets.map((name): Entry => ({ kind: 'symlink', path: join('/bin', name), target: 'busybox' })),
  ];
}
