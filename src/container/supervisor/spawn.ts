import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { callUntraced } from '../../kernel/call.js';
import { closeRange } from '../../kernel/calls/index.js';
import { CLOSE_RANGE_CLOEXEC } from '../../kernel/constants.js';
import { withoutNode } from '../../lab/node-environment.js';
import { here } from '../../state/directories.js';
import { type Lock, tryLock } from '../../state/lock.js';
import { openOwnFile } from '../../state/own-file.js';
import { packageRoot } from '../../state/package-root.js';
import { logPath, startLockPath } from './protocol.js';

/** Young objects get 1 MiB instead of 16: it makes few, and those not collected add to the memory of its containers. */
const SMALL = ['--max-semi-space-size=1'];

/** The number of supervisors that may crash before it is given up. */
const ATTEMPTS = 3;

/** Starts a supervisor, unless another client does so at the moment: the kernel releases the lock of one that dies. */
export class Spawner implements Disposable {
  #lock: Lock | undefined;
  #child: ChildProcess | undefined;
  #crashes = 0;

  startUnlessStarting(): void {
    this.#lock ??= tryLock(startLockPath());
    if (!this.#lock || isAlive(this.#child)) return;
    if (hasCrashed(this.#child)) this.#crashes++;
    if (this.isHopeful()) this.#child = startSupervisor();
  }

  /** Whether one may still begin to listen: it lives, or another client starts one, or there was another one (status 0). */
  isHopeful(): boolean {
    return this.#crashes < ATTEMPTS;
  }

  /** How the last one ended. */
  lastEnd(): string {
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    return signalCode ? ` (${signalCode})` : ` (status ${exitCode})`;
  }

  [Symbol.dispose](): void {
    this.#lock?.[Symbol.dispose]();
  }
}

function isAlive(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

function hasCrashed(child: ChildProcess | undefined): boolean {
  return child !== undefined && !isAlive(child) && child.exitCode !== 0;
}

/**
 * A process in a session of its own, so that neither Ctrl-C nor the end of this terminal reaches it. It outlives our caller,
 * and must not keep descriptors that it left open: a lock, the end of a pipe, a directory on a disk that is to be unmounted. (Node
 * marks the low descriptors only, up to the first gap above 15: uv_disable_stdio_inheritance().)
 */
function startSupervisor(): ChildProcess {
  callUntraced(closeRange(3, 0xffffffff, CLOSE_RANGE_CLOEXEC));
  const main = join(packageRoot(), 'dist/bin/supervisor.cjs');
  const log = openOwnFile(logPath());
  const env = withoutNode(process.env.TSLAB_STATE ? { ...process.env, TSLAB_STATE: here().state } : process.env);
  try {
    const child = spawn(process.execPath, [...SMALL, main], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
