import { closeSync, openSync } from 'node:fs';
import { exitGroup, setns } from '../../kernel/calls/index.js';
import { CLONE_NEWNET } from '../../kernel/constants.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import type { Syscall } from '../../kernel/syscall.js';
import { isAlive } from '../../procfs/processes.js';
import type { ProcessName } from '../state.js';

/** Makes some calls in the network namespace of a container. Throws SyscallError where one is refused, UserError (2) where it has ended. */
export async function insideNetwork({ pid, startTime }: ProcessName, calls: readonly Syscall[]): Promise<void> {
  const namespace = openSync(`/proc/${pid}/ns/net`, 'r');
  try {
    // Opened before, so it cannot be another process's.
    if (!isAlive(pid, startTime)) throw new UserError('the container has just ended', 2);
    await start({ calls: [setns(namespace, CLONE_NEWNET), ...calls, exitGroup(0)] }).exited;
  } finally {
    closeSync(namespace);
  }
}
