/** Where programs of the host are. */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Directories of programs, the standard ones first: those that `PATH` adds matter on NixOS and the like. */
export function programDirectories(): string[] {
  const path = process.env.PATH?.split(':').filter(isAbsolute) ?? [];
  return [...new Set(['/usr/bin', '/bin', '/usr/sbin', '/sbin', ...path])];
}

/** The path of the first program of this name that this user may read and run. */
export function findProgram(name: string, directories: readonly string[]): string | undefined {
  const directory = directories.find((one) => isProgram(join(one, name)));
  return directory && join(directory, name);
}

function isProgram(path: string): boolean {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
