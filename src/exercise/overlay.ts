import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateMounts } from '../../labs/01-pid-namespace/calls/proc.js';
import { chdir } from '../kernel/calls/index.js';
import { CLONE_NEWNS } from '../kernel/constants.js';
import { errorCode } from '../kernel/errors/errno.js';
import { makeDirectories } from '../kernel/files/make-directories.js';
import type { Child } from '../kernel/process.js';
import { housekeeping, type Syscall } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';
import { stayAfter } from '../lab/script.js';
import { fileId } from '../procfs/file-id.js';

/** A directory with these files in it: path and content. Its path. */
export function makeLayer(directory: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    makeDirectories(join(directory, path, '..'));
    writeFileSync(join(directory, path), content, { mode: 0o644 });
  }
  return directory;
}

/** Starts a process in a directory, with mounts that reach nobody else. It stays, after these calls, until the lab ends. */
export function stayInDirectory(lab: Lab, directory: string, calls: readonly Syscall[]): Promise<Child> {
  const before = [...privateMounts(), chdir(directory)].map(housekeeping);
  return stayAfter(lab, { namespaces: CLONE_NEWNS, calls: [...before, ...calls] });
}

/** Names, inodes and sizes of all that is in a directory: what was renamed, replaced or written is seen in it. */
export function treeOf(directory: string): string {
  const all = readdirSync(directory, { recursive: true }).map(String).sort();
  return all
    .map((path) => `${path} ${fileId(join(directory, path))} ${lstatSync(join(directory, path)).size}`)
    .join(', ');
}

/** `there`, or the errno of a lookup. */
export function statusOf(path: string): string {
  try {
    lstatSync(path);
    return 'there';
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
