import { readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chdir } from '../../kernel/calls/index.js';
import { Descriptors } from '../../kernel/descriptors.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { libc } from '../../kernel/libc.js';
import { start } from '../../kernel/process.js';
import type { Syscall } from '../../kernel/syscall.js';
import { waitNoMore } from '../../kernel/wait.js';
import { startTime } from '../../procfs/processes.js';
import type { Owner } from '../../state/ledger/ledger-file.js';
import { openOwnFile } from '../../state/own-file.js';

/** Milliseconds that a helper may take to be ready. */
const PATIENCE = 10_000;

/** What a helper says, in the container's directory. */
export const LOG = 'network.log';

/** Who is to be connected. */
export interface Joining {
  /** A process that is in its user and network namespace. */
  readonly pid: number;
  /** Of the container. The helper begins in it. */
  readonly directory: string;
  /** Of its link. */
  readonly mac: string;
  /** It goes on when tslab dies. */
  readonly outlives: boolean;
}

/**
 * Starts a helper and waits until it is ready: it says so by a byte on its standard output. `known` is told its name before it begins.
 * Throws UserError (3) with what it said, where it ends before, or does not get ready.
 */
export function startHelper(program: Syscall, { directory, outlives }: Joining, known: (helper: Owner) => void): void {
  const fds = new Descriptors();
  try {
    const ready = fds.pipe();
    const log = fds.add(newLog(directory));
    const calls = [chdir(directory), program];
    const { pid } = start({ calls, stdio: ['null', ready.write, log], outlives }, (child) => known(nameOf(child)));
    waitNoMore(pid);
    fds.close(ready.write);
    if (!hears(ready.read)) throw notReady(directory);
  } finally {
    fds.closeAll();
  }
}

function newLog(directory: string): number {
  rmSync(join(directory, LOG), { force: true, recursive: true });
  return openOwnFile(join(directory, LOG));
}

function nameOf(pid: number): Owner {
  return { pid, startTime: startTime(pid) ?? 0 };
}

/** Whether something comes from a pipe before its end. */
function hears(fd: number): boolean {
  return libc().waitForInput(fd, PATIENCE) && readSync(fd, Buffer.alloc(16)) > 0;
}

function notReady(directory: string): UserError {
  const said = readFileSync(join(directory, LOG), 'utf8').trim();
  const words = said === '' ? `nothing came of it in ${PATIENCE / 1000} s` : said.split('\n').join('; ');
  return new UserError(`the container could not be connected: ${words}`, 3, 'tslab doctor tells what is in the way.');
}
