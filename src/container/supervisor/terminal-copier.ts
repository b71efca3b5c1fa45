import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { callUntraced } from '../../kernel/call.js';
import { pidfdGetfd, pidfdOpen, setsid } from '../../kernel/calls/index.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import type { StdioChoice } from '../../kernel/stdio.js';
import { isAlive, startTime } from '../../procfs/processes.js';
import { openOwnFile } from '../../state/own-file.js';
import { CorruptError, readStored, storedText, Withheld, writeStored } from '../../state/stored.js';
import type { ProcessName } from '../state.js';
import { TERMINAL } from '../store/state-formats.js';
import type { Container } from '../store/store.js';

/**
 * cat(1) reads the master of the terminal and writes into the log, until there is no other end any more: EIO, which glibc calls
 * "Input/output error" and musl "I/O error". After anything else (a full disk, a cat that was killed) it goes on; the shell keeps the
 * master open meanwhile, since the kernel hangs a terminal up when its last holder is gone: SIGHUP, and EIO for every write.
 */
const COPY = 'exec 3>&1; until case $(cat 2>&1 >&3) in *I*/[Oo]*error*) true;; *) false;; esac; do sleep 1; done';

/**
 * For `-d -t`: a process that holds the master of the terminal, copies it into the log, and ends with the container. It is no
 * part of the supervisor, so the container survives the end of that. Returns its pid.
 */
export function copyTerminal(master: number, { config, directory }: Container): number {
  const log = config.log?.driver === 'none' ? undefined : openOwnFile(join(directory, 'stdout.log'));
  try {
    const pid = holdTerminal(master, log ?? 'null');
    const name: ProcessName = { pid, startTime: startTime(pid) ?? 0 };
    writeStored(join(directory, 'terminal.json'), storedText(name, TERMINAL));
    return pid;
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** The same for a program that an exec has added: nobody sees what it prints any more, but it must be read. */
export function holdTerminal(master: number, log: StdioChoice): number {
  const calls = [setsid(), ...execvp(['sh', '-c', COPY], [`PATH=${process.env.PATH ?? ''}`])];
  return start({ calls, stdio: [master, log, 'null'], outlives: true }).pid;
}

/**
 * Opens the master of a detached container's terminal (pidfd_getfd(2), Linux 5.6). Returns undefined where it is gone.
 * Throws UserError (2) where the process that holds it is not known.
 */
export function masterOf(directory: string): number | undefined {
  const copier = readHolder(join(directory, 'terminal.json'));
  const pidfd = callUntraced(pidfdOpen(copier.pid));
  if (pidfd < 0) return undefined;
  try {
    const master = isAlive(copier.pid, copier.startTime) ? callUntraced(pidfdGetfd(pidfd, 0)) : -1;
    return master < 0 ? undefined : master;
  } finally {
    closeSync(pidfd);
  }
}

function readHolder(path: string): ProcessName {
  try {
    return readStored(path, TERMINAL);
  } catch (error) {
    if (!(error instanceof CorruptError || error instanceof Withheld)) throw error;
    const message = `The terminal of the container cannot be reached: ${error.message}; it names who holds that`;
    throw new UserError(message, 2, '`tslab logs -f` shows what it prints; `tslab restart` gives it a new terminal.');
  }
}
