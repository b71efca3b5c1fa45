import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findContainer } from '../src/container/store/find.js';
import type { Container } from '../src/container/store/store.js';
import { socketPath } from '../src/container/supervisor/protocol.js';
import { atEnd } from './ending.js';
import { TSLAB } from './tslab.js';

/** The supervisor leaves when it has nothing left. */
export async function supervisorGone(): Promise<void> {
  while (existsSync(socketPath())) await delay(50);
}

/** A detached container of tslab's that sleeps, with these options of `run`. It is removed at the end. */
export function startSleeper(options: readonly string[]): Container {
  const words = [TSLAB, 'run', '-d', ...options, 'busybox', 'sleep', '1000000'];
  const id = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim();
  atEnd(() => execFileSync(process.execPath, [TSLAB, 'rm', '-f', id], { stdio: 'ignore' }));
  return findContainer(id);
}
