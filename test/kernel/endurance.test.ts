import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { type ProcessSpec, start } from '../../src/kernel/process.js';
import { ownProc, run } from '../support/inside.js';
import { holdings } from '../support/leftovers.js';

const NAMESPACES = k.CLONE_NEWPID | k.CLONE_NEWNS | k.CLONE_NEWUTS | k.CLONE_NEWIPC;

describe('a thousand containers in a row', () => {
  it('all end well while garbage is collected, and leave neither descriptors nor zombies', async () => {
    const spec: ProcessSpec = {
      namespaces: NAMESPACES,
      calls: [...ownProc(), calls.execve('/bin/true', ['true'], [])],
    };
    await run(spec);
    await closed();
    const before = holdings();
    for (let i = 0; i < 1000; i++) {
      const child = start(spec);
      litter();
      expect(await child.exited).toMatchObject({ code: 0 });
    }
    expect(holdings()).toEqual(before);
  });
});

describe('what is refused', () => {
  it.each<[string, () => unknown]>([
    ['by the kernel in the list', () => start({ calls: [calls.chdir('/no/such'), calls.exitGroup(0)], stdio: PIPES })],
    ['by the kernel at clone', () => start({ calls: [calls.exitGroup(0)], namespaces: NONSENSE, stdio: PIPES }, gate)],
    ['before the clone, as too large', () => start({ calls: [huge(), calls.exitGroup(0)], stdio: PIPES }, gate)],
    ['before the clone, as no list', () => start({ calls: [calls.getpid()], stdio: PIPES }, gate)],
    ['by the part of the parent', () => start({ calls: [calls.exitGroup(0)], stdio: PIPES }, fail)],
  ])('%s leaves neither descriptors nor processes', async (_, attempt) => {
    expect(attempt).toThrow();
    await closed();
    const before = holdings();
    for (let i = 0; i < 10; i++) expect(attempt).toThrow();
    await closed();
    expect(holdings()).toEqual(before);
  });
});

const PIPES = ['pipe', 'pipe', 'pipe'] as const;
const NONSENSE = k.CLONE_NEWNS | 0x200; // CLONE_FS
/** What the kernel writes into is copied back, so it takes room in the list; what it reads stays where it is. */
const huge = () => calls.read(0, Buffer.alloc(17 * 2 ** 20));
const gate = () => undefined;
const fail = () => {
  throw new Error('no');
};

/** Enough of it that V8 collects during the run: what the arena points to must survive that. */
function litter(): void {
  for (let i = 0; i < 50; i++) Buffer.from(new Uint8Array(20_000).fill(i)).toString('hex');
}

/** Sockets close their descriptors in a later turn of the event loop. */
async function closed(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate();
}
