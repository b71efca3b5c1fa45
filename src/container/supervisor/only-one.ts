import { ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { until } from '../../kernel/clock.js';
import { type Lock, tryLock } from '../../state/lock.js';
import { lockPath } from './protocol.js';

/** The time that an ending supervisor may take, in milliseconds. */
const PATIENCE = 2_000;

/** What this process is as the only supervisor. */
export interface Term {
  /** The one before was killed, or the machine has been restarted since: what is a restart of the daemon to Docker. */
  readonly isRestart: boolean;
  /** Notes that this one ends since it has nothing left to do: the next goes on where it left off. */
  end(): void;
}

/** Makes this process the only supervisor until it ends, however it ends. Returns undefined where another one runs and stays. */
export function becomeTheOnlyOne(): Term | undefined {
  let lock: Lock | undefined;
  until(() => {
    lock = tryLock(lockPath());
    return lock !== undefined;
  }, PATIENCE);
  return lock && termOf(lock.fd);
}

/** The lock's file has the boot in which a supervisor ended by itself; it is empty while one runs. */
function termOf(fd: number): Term {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id');
  const isRestart = !readFileSync(lockPath()).equals(boot);
  ftruncateSync(fd);
  return { isRestart, end: () => writeSync(fd, boot) };
}
