import type { LabDefinition } from '../../lab/definition.js';
import type { LabStarted } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host.js';
import { loadRun } from '../../lab/recording.js';
import type { LabRequest } from '../../lab/request.js';
import { loadLesson } from '../../lesson/lesson.js';
import { callsOfSteps, type ExpectedCalls, holdsHere } from '../../view/demo/expected.js';
import { type Script, writeScript } from '../../view/demo/script.js';
import { LabRun, type RunThrough } from './lab-run.js';
import type { DemoCall } from './request.js';

/** A run that has told which lab it is, on what machine, and no more. */
export interface BegunRun {
  readonly run: LabRun;
  readonly started: LabStarted;
  readonly script: Script;
}

/** What decides which calls a run makes. */
export type RunCall = Pick<DemoCall, 'entry' | 'flags' | 'rootfs' | 'skip'> & RunThrough;

/** Begins a run of a lab. Throws what is wrong with the request, or with the lesson. */
export async function beginRun(call: RunCall, definition: LabDefinition, request: LabRequest): Promise<BegunRun> {
  const lesson = loadLesson(definition.id, request.language);
  const run = new LabRun(definition, request, call);
  const started = await run.next();
  if (started?.type !== 'lab') throw new Error(`${definition.id} does not begin by telling which lab it is`);
  const steps = [...definition.steps, HOST_STEP];
  const script = writeScript({ id: definition.id, steps }, lesson, await expectedCalls(call, started));
  return { run, started, script: call.compares ? { ...script, skipped: [...request.skip] } : script };
}

/** The calls of each step as far as they are known: a run with other options, or on another machine, makes others. */
async function expectedCalls(call: RunCall, started: LabStarted): Promise<Map<string, ExpectedCalls>> {
  const recording = isAsRecorded(call) ? (loadRun(call.entry.id, call.skip?.[0]) ?? []) : [];
  const [recorded] = recording;
  if (recorded?.type !== 'lab') return new Map();
  const calls = [...(await callsOfSteps(recording))].filter(([, made]) => holdsHere(made, recorded, started));
  return new Map(calls);
}

function isAsRecorded({ entry, flags, rootfs, skip = [] }: RunCall): boolean {
  const defaults = defaultFlags(entry);
  const isDefault = Object.entries(flags).every(([name, value]) => value === undefined || value === defaults[name]);
  return isDefault && rootfs === undefined && skip.length <= 1;
}

/** The lab's own options where nobody has given any. */
export function defaultFlags({ options }: RunCall['entry']): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map(({ flags: name, default: value }) => [nameOf(name), value]));
}

/** `quota` of `--quota <share>`. */
function nameOf(flags: string): string | undefined {
  return /--([\w-]+)/.exec(flags)?.[1];
}
