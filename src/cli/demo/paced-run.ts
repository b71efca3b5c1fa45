import { CATALOGUE } from '../../../labs/catalogue.js';
import { checkSteps, type LabDefinition, numberOf } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host-step.js';
import type { LabRequest } from '../../lab/request.js';
import { notePlace, type Place, type Predicted } from '../../state/progress.js';
import type { Interruption } from '../../terminal/interrupt.js';
import { farewell } from '../../view/demo/farewell.js';
import type { Script } from '../../view/demo/script.js';
import { beginDemo, type Demo } from '../../view/demo/state.js';
import { jsonLine } from '../../view/json.js';
import { predictionsOf } from '../../view/paced/afterwards.js';
import { pacedLines } from '../../view/paced/pages.js';
import { plainFarewell, plainPage } from '../../view/paced/plain.js';
import { questionPage } from '../../view/paced/question.js';
import type { Course } from '../../view/paced/screen.js';
import { streamSink } from '../../view/sink.js';
import { screenOf } from '../../view/terminal/screen.js';
import type { Sink } from '../../view/view.js';
import { exitStatus, noteHeld } from '../commands/ending.js';
import type { LabCall } from '../commands/lab-options.js';
import { tellNote } from '../commands/read/progress-note.js';
import { beginRun } from './begin-run.js';
import type { Writing } from './lines.js';
import { PacedDress } from './paced-dress.js';
import { type Played, playAll } from './play.js';
import { isTerminal } from './request.js';

/** A lab that is about to run, and where it is written. */
export interface Paced {
  readonly definition: LabDefinition;
  readonly request: LabRequest;
  readonly sink: Sink;
  readonly interruption: Interruption;
}

/** Runs a lab that stops at its questions and results. The exit status: that of the lab, as far as it was shown. */
export async function runPaced(call: LabCall, paced: Paced): Promise<number> {
  const { definition, sink, interruption } = paced;
  const hold = new Set([...definition.steps, ...(paced.request.hold ?? [])]);
  const request = call.json ? paced.request : { ...paced.request, hold };
  if (call.from !== undefined) checkSteps(definition, [call.from], '--from');
  const begin = (script: Script) => ({ ...beginDemo(script, undefined, 'lines'), until: call.from });
  const runCall = call.json ? { ...call, through: telling(sink) } : call;
  const begun = await beginRun(runCall, definition, request);
  const open = () => new PacedDress(writingFor(call, paced), call, interruption);
  const played = await playAll({ call: runCall, definition, request, interruption, begin }, begun, open);
  return settle(call, played, sink);
}

/** What `--json` writes: each event, before it is looked at. */
function telling(sink: Sink): (events: AsyncIterable<LabEvent>) => AsyncGenerator<LabEvent> {
  return async function* (events) {
    for await (const event of events) {
      if (!(await sink.write(jsonLine(event)))) return;
      yield event;
    }
  };
}

/** With `--json` the questions and keys are for whoever sits there, on standard error. */
function writingFor(call: LabCall, { definition, sink }: Paced): Writing {
  const { json = false, plain = false, color } = call;
  const stream = json ? process.stderr : process.stdout;
  const isDumb = process.env.TERM === 'dumb';
  return {
    sink: json ? streamSink(stream, color, sink.language) : sink,
    course: courseAround(definition, call.skip ?? []),
    rows: () => Math.max((stream.rows || 24) - 1, 4),
    linesOf: json ? questionPage : plain ? plainPage : pacedLines,
    erases: !plain && !isDumb,
    fills: !plain && !json && isTerminal(),
  };
}

export function courseAround({ id, skippable }: LabDefinition, skipped: readonly string[]): Course {
  const index = CATALOGUE.findIndex((lab) => lab.id === id);
  const next = CATALOGUE[index + 1];
  return {
    lab: numberOf(id),
    skip: skippable.find((step) => !skipped.includes(step)),
    next: next && numberOf(next.id),
  };
}

/** A lab that was left says so, and that the host is as it was: to stop is not to fail. */
async function settle(call: LabCall, { demo, run: { summary } }: Played, sink: Sink): Promise<number> {
  const { json, plain } = call;
  const lines = plain ? plainFarewell : farewell;
  const isTold = json || (demo.end && demo.linesAt === undefined);
  if (!isTold) await sink.write(`${lines(demo, summary, screenOf(sink)).join('\n')}\n`);
  if (demo.end) noteHeld(demo.end);
  tellNote(notePlace(demo.script.id, resultsOf(demo), demo.end ? undefined : placeOf(demo)));
  return exitStatus(demo.end?.status ?? 'held', summary?.broken.length ?? 0, call);
}

function resultsOf(demo: Demo): Predicted {
  const { asked, missed } = predictionsOf(demo);
  return { asked: asked.length, right: asked.length - missed.length };
}

/** The step that stands still, or was running. */
function placeOf({ script, told }: Demo): Place | undefined {
  const step = told.at(-1)?.step.id;
  return step === undefined || step === HOST_STEP ? undefined : { lab: script.id, step };
}
