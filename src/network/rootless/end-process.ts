import { closeSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen, pidfdSendSignal, wait4 } from '../../kernel/calls/index.js';
import { SIGKILL, WNOHANG } from '../../kernel/constants.js';
import { libc } from '../../kernel/libc.js';
import { startTime } from '../../procfs/processes.js';
import { type Owner, ownerOf } from '../../state/ledger/ledger-file.js';

/** Milliseconds that a process may take to die of SIGKILL. */
const PATIENCE = 2_000;

/** Ends the process that the ledger calls so, if it is still there. */
export function endProcessNamed(name: string): void {
  const process = ownerOf(name);
  if (process) endProcess(process);
}

/** Kills a process and waits for its end. The pid alone may mean another one by now. */
export function endProcess(process: Owner): void {
  const pidfd = callUntraced(pidfdOpen(process.pid));
  if (pidfd < 0) return;
  try {
    if (startTime(process.pid) === process.startTime) kill(process.pid, pidfd);
  } finally {
    closeSync(pidfd);
  }
}

function kill(pid: number, pidfd: number): void {
  callUntraced(pidfdSendSignal(pidfd, SIGKILL));
  libc().waitForInput(pidfd, PATIENCE);
  // A child of ours is a zombie now; of others there is nothing to wait for (ECHILD).
  callUntraced(wait4(pid, new Uint8Array(4), WNOHANG));
}
