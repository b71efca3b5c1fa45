import { readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../kernel/errors/errno.js';
import { mountAround, readMountinfo } from '../procfs/mountinfo.js';
import { procPath } from '../procfs/proc.js';
import { listProcesses } from '../procfs/processes.js';
import { stateDirectory } from '../state/directories.js';
import { remember } from '../state/ledger/ledger.js';
import { removeTemporary, temporaryName } from '../state/temporary.js';

/** Removes the root filesystems beside this one, made of what the host had before an upgrade, unless a process uses them. */
export function retireOthers(current: string): void {
  const others = keptRootfs().filter((directory) => directory !== current);
  for (const other of others) if (!isUsed(other)) discard(other);
}

/** The directories of the root filesystems that are kept: that of the host's programs as they are now, and those in use of before. */
export function keptRootfs(): string[] {
  const all = stateDirectory('rootfs');
  return readdirSync(all).flatMap((name) => (KEY.test(name) ? join(all, name) : []));
}

/** Removes one, unless a process uses it. Returns whether it is gone. */
export function discardUnused(directory: string): boolean {
  if (isUsed(directory)) return false;
  discard(directory);
  return true;
}

/** The names that keep() gives them. */
const KEY = /^[0-9a-f]{16}$/;

/** Whether a process has it mounted (bound: the root field of mountinfo; overlaid: `lowerdir=`), or works in it. */
function isUsed(directory: string): boolean {
  const { mountPoint, root } = mountAround(readMountinfo(), directory);
  const names = [directory, join(root, directory.slice(mountPoint.length))];
  const isNamed = (text: string) => names.some((name) => text.includes(name));
  return listProcesses().some(({ pid }) => whereabouts(pid).some(isNamed));
}

function whereabouts(pid: number): string[] {
  return [
    look(() => readFileSync(procPath(pid, 'mountinfo'), 'utf8')),
    look(() => readlinkSync(procPath(pid, 'root'))),
    look(() => readlinkSync(procPath(pid, 'cwd'))),
  ];
}

/** Empty where the process is gone, is a zombie (EINVAL), or belongs to another user, who cannot use our directory (0700). */
function look(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/**
 * Removes a kept tree, if there is one. It is renamed first, so that half of a tree is never found under its name.
 * Throws where it cannot be moved.
 */
export function discard(directory: string): void {
  const aside = temporaryName(stateDirectory('rootfs'));
  remember('directory', aside);
  try {
    renameSync(directory, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  } finally {
    removeTemporary(aside);
  }
}
