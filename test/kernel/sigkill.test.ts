import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callUntraced } from '../../src/kernel/call.js';
import { prctl, wait4 } from '../../src/kernel/calls/index.js';
import { PR_SET_CHILD_SUBREAPER, WNOHANG } from '../../src/kernel/constants.js';
import { readProc } from '../../src/procfs/proc.js';
import { listProcesses } from '../../src/procfs/processes.js';
import { type Change, diffSnapshots, type Snapshot, takeSnapshot } from '../../src/procfs/snapshot.js';
import { randomNumbers } from '../support/random.js';
import { parseEvents } from './support.js';
import { startVictim, type Victim } from './victim.js';

const seed = Number(process.env.TSLAB_SEED ?? Date.now() % 1_000_000);
const random = randomNumbers(seed);

/** What is killed together, on one state directory: one builds its root filesystem while others wait to use it. */
const BATCH = [...Array(4).fill('01-pid-namespace'), ...Array(4).fill('02-rootfs'), ...Array(2).fill('03-cgroups')];

let state = '';
let before: Snapshot;

beforeAll(() => {
  // What a dead tslab leaves running becomes a child of this process, in whatever namespaces it is.
  expect(callUntraced(prctl(PR_SET_CHILD_SUBREAPER, 1))).toBe(0);
});

afterAll(() => {
  callUntraced(prctl(PR_SET_CHILD_SUBREAPER, 0));
});

beforeEach((test) => {
  state = mkdtempSync(join(tmpdir(), 'tslab-kill-'));
  test.onTestFinished(() => rmSync(state, { recursive: true }));
  before = takeSnapshot();
});

describe(`tslab, killed with SIGKILL at any moment (TSLAB_SEED=${seed} repeats it)`, () => {
  it.each([10, 20, 30, 40, 50])('leaves nothing that the next start does not remove: %i of 50', async () => {
    const victims = await Promise.all(BATCH.map(killAtRandomMoment));
    expect(await orphans(isOutside)).toEqual([]); // what is in a cgroup of ours goes with the cgroup
    const next = startVictim('01-pid-namespace', state);
    expect(await next.ended).toBe(0);
    expect(await leftBy([...victims, next])).toEqual([]);
  });
});

describe('tslab, interrupted with Ctrl-C', () => {
  it.each([
    ['01-pid-namespace', 'clone'],
    ['01-pid-namespace', 'signals'],
    ['01-pid-namespace', 'orphans'],
    ['02-rootfs', 'shared'],
    ['02-rootfs', 'mount-dev'],
    ['03-cgroups', 'cpu-quota'],
  ])('in %s, at %s, ends with 130 and leaves nothing at all', async (lab, step) => {
    const victim = startVictim(lab, state);
    await victim.printed(`{"type":"step","id":"${step}"`);
    victim.kill('SIGINT', 'group');
    expect(await victim.ended).toBe(130);
    const end = parseEvents(await victim.output).at(-1);
    expect(end).toMatchObject({ type: 'end', id: lab, status: 'failed', why: 'interrupted' });
    expect(await leftBy([victim])).toEqual([]);
  });
});

async function killAtRandomMoment(lab: string): Promise<Victim> {
  const victim = startVictim(lab, state);
  await Promise.race([randomMoment(victim), victim.ended]);
  victim.kill('SIGKILL');
  await victim.ended;
  return victim;
}

/** Before the first event there are a start of node and a root filesystem to build; after it come 500 to 1200 more. */
async function randomMoment(victim: Victim): Promise<void> {
  const line = Math.floor(random() * 1200) - 200;
  await (line < 0 ? pause(random() * 400) : victim.lines(line));
  await pause(random() * 20);
}

/** What is there that was not there before, belongs to these and was not given back, after some patience. */
async function leftBy(victims: readonly Victim[]): Promise<string[]> {
  return [...(await orphans()), ...changes(victims), ...temporaryFiles()];
}

/** Processes of the dead. They are dying by themselves, and we are the ones to collect them. */
async function orphans(counts: (pid: number) => boolean = () => true): Promise<string[]> {
  const deadline = Date.now() + 10_000;
  let alive = collect().filter(counts);
  while (alive.length > 0 && Date.now() < deadline) {
    await pause(10);
    alive = collect().filter(counts);
  }
  return alive.map((pid) => `process ${pid}: ${readProc(pid, 'cmdline')?.replaceAll('\0', ' ')}`);
}

/** Takes the dead among our children away. The pids of the others. */
function collect(): number[] {
  const children = listProcesses().filter(({ ppid }) => ppid === process.pid);
  for (const { pid } of children) callUntraced(wait4(pid, new Uint8Array(4), WNOHANG));
  return children.filter(({ state }) => state !== 'Z').map(({ pid }) => pid);
}

function isOutside(pid: number): boolean {
  return !readProc(pid, 'cgroup')?.includes('/tslab/');
}

/** Any other process is not ours, and neither is a cgroup whose name does not end with the pid of one of ours. */
function changes(victims: readonly Victim[]): string[] {
  const pids = victims.map(({ pid }) => `${pid}`);
  const isOurs = ({ what, name }: Change) =>
    what !== 'process' && (what !== 'cgroup' || pids.includes(name.split('-').at(-1) ?? ''));
  return diffSnapshots(before, takeSnapshot())
    .filter(isOurs)
    .map(({ what, kind, name }) => `${what} ${name} ${kind}`);
}

/** All of the state directory but the root filesystem, which is kept for the next run. */
function temporaryFiles(): string[] {
  const files = readdirSync(state, { recursive: true, withFileTypes: true });
  const temporary = files.filter(({ name }) => name.startsWith('.tmp-') || name.endsWith('.jsonl'));
  return temporary.map(({ parentPath, name }) => join(basename(parentPath), name));
}
