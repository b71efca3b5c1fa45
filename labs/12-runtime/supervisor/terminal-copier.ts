import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessName } from '../../../src/container/config.js';
import { pidfdGetfd, pidfdOpen, setsid } from '../../../src/kernel/calls.js';
import { start } from '../../../src/kernel/process.js';
import { raw } from '../../../src/kernel/raw.js';
import { isAlive, startTime } from '../../../src/probe/processes.js';
import { writeAtomically } from '../../../src/state/atomic.js';
import { execvp } from '../program.js';

/**
 * For `-d -t`: cat(1) reads the master of the terminal and writes into the log. As long as it lives the terminal does, so the
 * container survives the supervisor; it ends with the container, when the terminal has no other end any more (EIO).
 */
export function copyTerminal(master: number, directory: string): void {
  const log = openSync(join(directory, 'stdout.log'), 'a', 0o600);
  try {
    const calls = [setsid(), ...execvp(['cat'], [`PATH=${process.env.PATH ?? ''}`])];
    const { pid } = start({ calls, stdio: [master, log, 'null'], outlives: true });
    const name: ProcessName = { pid, startTime: startTime(pid) ?? 0 };
    writeAtomically(join(directory, 'terminal.json'), `${JSON.stringify(name)}\n`);
  } finally {
    closeSync(log);
  }
}

/** The master of a detached container's terminal, as a descriptor of our own (pidfd_getfd(2), Linux 5.6). Undefined where it is gone. */
export function masterOf(directory: string): number | undefined {
  const copier: ProcessName = JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8'));
  const pidfd = raw(pidfdOpen(copier.pid));
  if (pidfd < 0) return undefined;
  try {
    const master = isAlive(copier.pid, copier.startTime) ? raw(pidfdGetfd(pidfd, 0)) : -1;
    return master < 0 ? undefined : master;
  } finally {
    closeSync(pidfd);
  }
}
