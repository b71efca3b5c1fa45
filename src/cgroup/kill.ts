import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { call, writeFile } from '../kernel/call.js';
import { kill } from '../kernel/calls/index.js';
import { until } from '../kernel/clock.js';
import { SIGKILL } from '../kernel/constants.js';
import { canFreeze, freezeWithin, thaw } from './freezer.js';
import { describeProcess, procsIn, subtree } from './members.js';
import { refusal } from './refusal.js';

/** Rounds of killing, and how long each waits for the dead to leave, in milliseconds: 10 s in all. */
const ROUNDS = 200;
const ROUND_MS = 50;

/**
 * Kills every process of one cgroup, given as its directories (one a hierarchy), and of those below; returns when all have left.
 * Throws where tslab itself is inside, or where one does not leave within 10 s.
 */
export function killAll(directories: readonly string[]): void {
  const inside = members(directories);
  if (inside.length === 0) return;
  if (inside.includes(process.pid)) {
    throw new Error(`${directories[0]} holds tslab itself (pid ${process.pid}): it does not kill itself`);
  }
  // One round is enough where forks can be stopped first; else a fork may slip through between the list and the signals.
  for (let round = 0; !isEmpty(directories); round++) {
    if (round === ROUNDS) throw stillThere(directories);
    killOnce(directories);
    until(() => isEmpty(directories), ROUND_MS);
  }
}

function killOnce(directories: readonly string[]): void {
  const file = directories.map((directory) => join(directory, 'cgroup.kill')).find(existsSync);
  // Linux 5.14, v2: the kernel kills the whole subtree, and no fork escapes.
  if (file) writeFile(file, '1');
  else killByHand(directories);
}

/** Frozen processes neither fork nor end while the list is worked through, so no pid in it is given to another process. */
function killByHand(directories: readonly string[]): void {
  const freezer = directories.find(canFreeze);
  if (freezer) freezeWithin(freezer, 200);
  for (const pid of members(directories)) refusal(() => call(kill(pid, SIGKILL)), ['ESRCH']);
  // v1's freezer holds back even SIGKILL, and a cgroup below may have been frozen on its own.
  if (freezer) for (const directory of subtree(freezer).reverse()) thaw(directory);
}

/** Pids in these directories and below. Never 0, which kill(2) takes to mean our own process group. */
function members(directories: readonly string[]): number[] {
  const pids = directories.flatMap(subtree).flatMap(procsIn);
  return [...new Set(pids)].filter((pid) => pid > 0);
}

function isEmpty(directories: readonly string[]): boolean {
  return members(directories).length === 0;
}

function stillThere(directories: readonly string[]): Error {
  const names = members(directories).map(describeProcess).join(', ');
  return new Error(`killed, but still in ${directories[0]} after ${(ROUNDS * ROUND_MS) / 1000} s: ${names}`);
}
