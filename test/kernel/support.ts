import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { LabDefinition } from '../../src/lab/definition.js';
import type { Check, LabEnded, LabEvent, ObservationMade, StepStarted } from '../../src/lab/events.js';
import { HOST_STEP } from '../../src/lab/host.js';
import type { Sabotage } from '../../src/lab/request.js';
import { runLab } from '../../src/lab/run.js';
import { ensureRootfs } from '../../src/rootfs/rootfs.js';
import { falseCauses } from '../support/causes.js';
import { childrenOf } from '../support/leftovers.js';
import { expectExperiment } from './checks/experiment.js';

/** A lab that ran once, whole, before the tests of a file. */
export interface LabUnderTest {
  readonly definition: LabDefinition;
  told: Told;
  before: Host;
  /** The root filesystem that it used. */
  root: string;
}

/** Runs a lab before the tests of a file, in a state directory of its own, which goes after them. */
export function useLab(definition: LabDefinition): LabUnderTest {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-test-'));
  const lab = { definition } as LabUnderTest;
  beforeAll(async () => {
    process.env.TSLAB_STATE = directory;
    lab.root = ensureRootfs().path;
    lab.before = lookAtHost(lab.root);
    lab.told = await tell(definition);
  });
  afterAll(() => {
    delete process.env.TSLAB_STATE;
    rmSync(directory, { recursive: true });
  });
  return lab;
}

/** Fails where the whole lab does not hold, or does not tell what the contract says. */
export function expectHeld({ definition, told }: LabUnderTest): void {
  expect(told.broken).toEqual([]);
  expect(told.end).toEqual({ type: 'end', id: definition.id, status: 'held' });
  expectOrder(told, definition);
  expectWellFormed(told.events);
  expect([...new Set(told.checks.map(({ step }) => step))]).toEqual([...definition.steps, HOST_STEP]);
}

/** The lab without a step. Fails unless these checks, which hold otherwise, do not hold because of it, the host is clean, and both compare. */
export async function tellWithout(step: string, lab: LabUnderTest, broken: readonly string[]): Promise<Told> {
  const leaky = await tell(lab.definition, [step]);
  expect(leaky.broken).toEqual(broken);
  expect(lab.told.checks.map(inWords)).toEqual(expect.arrayContaining(leaky.broken));
  expect(leaky.end).toMatchObject({ status: 'failed', skipped: [step], failed: broken.map(withoutStep) });
  expect(leaky.steps.filter(({ skipped }) => skipped).map(({ id }) => id)).toEqual([step]);
  expectWellFormed(leaky.events);
  expect(lookAtHost(lab.root)).toEqual(lab.before);
  await expectExperiment({ lab: lab.definition.id, step, told: lab.told.events, without: leaky.events });
  return leaky;
}

/** What a lab told, by kinds of events. */
export class Told {
  constructor(readonly events: readonly LabEvent[]) {}

  get end(): LabEnded {
    return this.events.at(-1) as LabEnded;
  }

  get steps(): StepStarted[] {
    return this.all('step');
  }

  get checks(): Check[] {
    return this.all('check');
  }

  /** The checks that do not hold, as `step: name`. */
  get broken(): string[] {
    return this.checks.filter(({ held }) => !held).map(inWords);
  }

  /** What the kernel said in a step, of the paths that match. */
  seen(step: string, path: RegExp): ObservationMade[] {
    return this.all('observe').filter((event) => event.step === step && path.test(event.path));
  }

  /** What the programs of a step printed. */
  printed(step: string): string {
    const outputs = this.all('output').filter((event) => event.step === step);
    return outputs.map(({ text }) => text).join('');
  }

  all<T extends LabEvent['type']>(type: T): Extract<LabEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LabEvent, { type: T }> => event.type === type);
  }
}

/** A check as `step: name`: what it is called. */
export function inWords({ step, name }: Check): string {
  return `${step}: ${name}`;
}

function withoutStep(check: string): string {
  return check.slice(check.indexOf(': ') + 2);
}

/** Runs a lab in this process, to its end. */
export async function tell(
  definition: LabDefinition,
  skip: readonly string[] = [],
  sabotage?: Sabotage,
): Promise<Told> {
  const { signal } = new AbortController();
  const request = { skip: new Set(skip), flags: {}, language: 'en', rootfs: undefined, signal };
  const events: LabEvent[] = [];
  for await (const event of runLab(definition, { ...request, ...(sabotage && { sabotage }) })) events.push(event);
  return new Told(events);
}

/** What `tslab <lab> --json` printed. */
export function parseEvents(output: string): LabEvent[] {
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

const anything = expect.anything();
const text = expect.any(String);

/** The keys that stay, whatever is added: those that the design shows. */
const CONTRACT: Record<LabEvent['type'], object> = {
  lab: { id: text, title: text, cgroup: expect.stringMatching(/^(v1|hybrid|v2|none)$/), root: expect.any(Boolean) },
  step: { id: text, title: text },
  observe: { step: text, when: expect.stringMatching(/^(before|during|after)$/), from: text, path: text },
  syscall: { step: text, by: expect.stringMatching(/^(tslab|child)$/), name: text, args: expect.any(Array), text },
  output: { step: text, stream: expect.stringMatching(/^(stdout|stderr)$/), text },
  measure: { step: text, name: text, value: expect.any(Number), unit: text },
  check: { step: text, name: text, expected: text, actual: text, held: expect.any(Boolean) },
  hold: { step: text, processes: expect.any(Array) },
  end: { id: text, status: expect.stringMatching(/^(held|failed|impossible)$/) },
};

/** Fails where an event is not one of the contract, or would be another one after a way through JSON. */
export function expectWellFormed(events: readonly LabEvent[]): void {
  for (const event of events) {
    expect(event).toMatchObject({ type: anything, ...CONTRACT[event.type] });
    expect(JSON.parse(JSON.stringify(event))).toStrictEqual(event);
    if (event.type === 'syscall') expectCall(event);
  }
  expect(falseCauses(events)).toEqual([]);
}

function expectCall({ name, text, result, errno }: Extract<LabEvent, { type: 'syscall' }>): void {
  expect(text.startsWith(`${name}(`)).toBe(true);
  if (errno === undefined) expect(result ?? 0).toBeGreaterThanOrEqual(0);
  else expect([errno, result]).toEqual([expect.stringMatching(/^E[A-Z0-9]+$/), expect.any(Number)]);
}

/** Fails where the events do not come as a lab, its steps in their order, what belongs to each, and an end. */
export function expectOrder({ events, steps }: Told, definition: LabDefinition): void {
  expect([events[0], events.at(-1)]).toMatchObject([{ type: 'lab', id: definition.id }, { type: 'end' }]);
  expect(steps.map(({ id }) => id)).toEqual([...definition.steps, HOST_STEP]);
  let current = '';
  for (const event of events) {
    if (event.type === 'step') current = event.id;
    if ('step' in event) expect(event.step).toBe(current);
  }
}

/** The host as it concerns the labs, read without any of the code that the labs use for it. */
export interface Host {
  readonly mountinfo: string;
  readonly cgroup: string;
  readonly children: readonly number[];
  readonly rootfs: readonly string[];
}

/** A hierarchy that lab 10 makes has a line in the file of every process; the pid is in its name. */
const HIERARCHY_OF_ANOTHER = new RegExp(`^\\d+:name=tslabsec-(?!${process.pid}-).*\n`, 'gm');

export function lookAtHost(rootfs: string): Host {
  return {
    mountinfo: readFileSync('/proc/self/mountinfo', 'utf8'),
    cgroup: readFileSync('/proc/self/cgroup', 'utf8').replaceAll(HIERARCHY_OF_ANOTHER, ''),
    children: childrenOf(process.pid),
    rootfs: listTree(rootfs),
  };
}

/** Every file below a directory: what was written, added, removed or given other rights since shows in its times. */
function listTree(directory: string): string[] {
  return ['.', ...(readdirSync(directory, { recursive: true }) as string[])].sort().map((path) => {
    const { mode, uid, size, mtimeMs, ctimeMs } = lstatSync(join(directory, path));
    return `${path} ${mode.toString(8)} ${uid} ${size} ${mtimeMs} ${ctimeMs}`;
  });
}
