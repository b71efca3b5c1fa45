import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessName } from '../../../src/container/config.js';
import { pidfdGetfd, pidfdOpen, setsid } from '../../../src/kernel/calls.js';
import { start } from '../../../src/kernel/process.js';
import { raw } from '../../../src/kernel/raw.js';
import { readRegularFile } from '../../../src/kernel/regular-file.js';
import { UserError } from '../../../src/kernel/user-error.js';
import { isAlive, startTime } from '../../../src/probe/processes.js';
import { writeAtomically } from '../../../src/state/atomic.js';
import { execvp } from '../program.js';

/**
 * cat(1) reads the master of the terminal and writes into the log, until there is no other end any more: EIO, which glibc calls
 * "Input/output error" and musl "I/O error". Anything else (a full disk, a cat that was killed) passes; the shell keeps the
 * master open meanwhile, since the kernel hangs a terminal up when the last one who holds it is gone: SIGHUP, and EIO for every write.
 */
const COPY = 'exec 3>&1; until case $(cat 2>&1 >&3) in *I*/[Oo]*error*) true;; *) false;; esac; do sleep 1; done';

/**
 * For `-d -t`: a process that holds the master of the terminal, copies it into the log, and ends with the container. It is no
 * part of the supervisor, so the container survives that.
 */
export function copyTerminal(master: number, directory: string): void {
  const log = openSync(join(directory, 'stdout.log'), 'a', 0o600);
  try {
    const calls = [setsid(), ...execvp(['sh', '-c', COPY], [`PATH=${process.env.PATH ?? ''}`])];
    const { pid } = start({ calls, stdio: [master, log, 'null'], outlives: true });
    const name: ProcessName = { pid, startTime: startTime(pid) ?? 0 };
    writeAtomically(join(directory, 'terminal.json'), `${JSON.stringify(name)}\n`);
  } finally {
    closeSync(log);
  }
}

/**
 * The master of a detached container's terminal, as a descriptor of our own (pidfd_getfd(2), Linux 5.6). Undefined where it is gone.
 * Throws UserError (2) where it is not known who holds it.
 */
export function masterOf(directory: string): number | undefined {
  const copier = readHolder(join(directory, 'terminal.json'));
  const pidfd = raw(pidfdOpen(copier.pid));
  if (pidfd < 0) return undefined;
  try {
    const master = isAlive(copier.pid, copier.startTime) ? raw(pidfdGetfd(pidfd, 0)) : -1;
    return master < 0 ? undefined : master;
  } finally {
    closeSync(pidfd);
  }
}

/** Far more than it has, in bytes. */
const LIMIT = 4_096;

function readHolder(path: string): ProcessName {
  const holder = parseHolder(path);
  if (holder) return holder;
  const message = `The terminal of the container cannot be reached: ${path}, which names its holder, is missing or damaged`;
  throw new UserError(message, 2, '`tslab logs -f` shows what it prints; `tslab restart` gives it a new terminal.');
}

function parseHolder(path: string): ProcessName | undefined {
  try {
    const { pid, startTime } = JSON.parse(readRegularFile(path, LIMIT).toString());
    return Number.isInteger(pid) && pid > 0 && Number.isInteger(startTime) ? { pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}
