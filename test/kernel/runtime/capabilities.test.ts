import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, useOwnState } from '../runtime-info/containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME, AUDIT_CONTROL, MAC_OVERRIDE, MAC_ADMIN, WAKE_ALARM: <linux/capability.h>. */
const GONE = [16, 17, 22, 25, 30, 32, 33, 35].reduce((mask, number) => mask | (1n << BigInt(number)), 0n);

/** The five sets of a process, as its /proc/self/status has them. */
function setsIn(status: string): Record<string, string> {
  return Object.fromEntries([...status.matchAll(/^Cap(\w+):\s+([0-9a-f]{16})$/gm)].map(([, name, set]) => [name, set]));
}

const hex = (set: bigint) => set.toString(16).padStart(16, '0');
const ours = setsIn(readFileSync('/proc/self/status', 'utf8'));
const kept = hex(BigInt(`0x${ours.Bnd}`) & ~GONE);
const NONE = hex(0n);
const ROOT = { Inh: NONE, Prm: kept, Eff: kept, Bnd: kept, Amb: NONE };
const USER = { Inh: NONE, Prm: NONE, Eff: NONE, Bnd: kept, Amb: NONE };
const STATUS = ['cat', '/proc/self/status'];

describe.skipIf(!isRoot)('the capabilities of a program in a container, whole (skipped without root)', () => {
  beforeAll(() => output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000'));
  afterAll(() => output('rm', '-f', 'box'));

  it.each([
    ['run', ['run', '--rm', 'busybox'], ROOT],
    ['run --init', ['run', '--rm', '--init', 'busybox'], ROOT],
    ['run -u 1000', ['run', '--rm', '-u', '1000', 'busybox'], USER],
    ['exec', ['exec', 'box'], ROOT],
    ['exec -u 1000:1000', ['exec', '-u', '1000:1000', 'box'], USER],
  ])('lack those that reach the whole machine: %s', (_, words, expected) => {
    expect(setsIn(output(...words, ...STATUS))).toEqual(expected);
  });

  it('lack them in a detached container, and tslab keeps its own', () => {
    expect(setsIn(output('exec', 'box', 'cat', '/proc/1/status'))).toEqual(ROOT);
    expect(setsIn(readFileSync('/proc/self/status', 'utf8'))).toEqual(ours);
  });

  it('are back where the piece is left out, so it is this that takes them', () => {
    expect(setsIn(output('run', '--rm', '--skip', 'capabilities', 'busybox', ...STATUS)).Bnd).toBe(ours.Bnd);
  });
});
