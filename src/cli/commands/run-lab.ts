import { UserError } from '../../kernel/errors/user-error.js';
import type { LabDefinition } from '../../lab/definition.js';
import type { LabEnded, LabEvent } from '../../lab/events.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { NOBODY_READS } from '../../terminal/output.js';
import { jsonLine, renderJson } from '../../view/json.js';
import { narrateTruly } from '../../view/run/true-narration.js';
import { streamSink } from '../../view/sink.js';
import { hasOtherCharset, inCharset } from '../../view/text/charset.js';
import type { Sink, View } from '../../view/view.js';
import { sweepFirst } from '../leftovers.js';
import { exitStatus, noteHeld, STATUS } from './ending.js';
import type { LabCall } from './lab-options.js';

/** Runs a lab and shows it. The exit status; throws UserError for a mistake in what was asked. */
export async function runLabCall(call: LabCall): Promise<number> {
  const sink = sinkFor(call);
  try {
    return await untilInterrupted((interruption) => watch(call, sink, interruption));
  } catch (error) {
    if (!call.json || !(error instanceof UserError) || error.status !== 3) throw error;
    await sink.write(jsonLine(impossible(call.entry.id, error)));
    return STATUS.impossible;
  }
}

function sinkFor({ color, lang, json }: LabCall): Sink {
  const language = chooseLanguage(lang, process.env);
  const sink = streamSink(process.stdout, color, language);
  return json || !hasOtherCharset(process.env)
    ? sink
    : { ...sink, write: (text) => sink.write(inCharset(text, language)) };
}

async function watch(call: LabCall, sink: Sink, interruption: Interruption): Promise<number> {
  const isPaced = stops(call, process.env);
  if (call.expectBroken && !call.skip) throw nothingToBreak();
  const definition = await call.entry.load();
  const { flags, rootfs } = call;
  const skip = new Set(call.skip);
  const hold = heldSteps(call, definition);
  const holder = hold && !isPaced && new (await import('./hold.js')).Holder(call, interruption);
  const [language, signal] = [sink.language ?? 'en', interruption.aborted];
  const request: LabRequest = { flags, rootfs, skip, language, signal, ...(hold && { hold }) };
  await sweepFirst();
  const watching = { definition, request, sink, interruption };
  if (isPaced && isExperiment(call)) return (await import('./experiment.js')).runExperiment(call, watching);
  if (hold && skip.size > 0 && !call.json) await sayExperiment(skip, sink);
  if (isPaced) return (await import('../demo/paced-run.js')).runPaced(call, watching);
  const events = new Watched(runLab(definition, request));
  const view = await loadView(call);
  const told = skip.size > 0 && !call.json ? narrateTruly(events.all()) : events.all();
  await view(told, sink, (held) => (holder ? holder.wait(held) : undefined));
  if (events.end) noteHeld(events.end);
  return events.end ? exitStatus(events.end.status, events.end.failed?.length ?? 0, call) : NOBODY_READS;
}

/** The steps whose processes are held: all, or those that are named. */
function heldSteps({ hold }: LabCall, { steps }: LabDefinition): ReadonlySet<string> | undefined {
  if (hold === undefined) return undefined;
  return new Set(hold === true ? steps : hold.split(',').map((step) => step.trim()));
}

/** Whether it stops at questions and results: where somebody reads and can press keys, or `--step` says so. Throws UserError (2) where it cannot. */
function stops({ step, json, plain, hold }: LabCall, { CI }: NodeJS.ProcessEnv): boolean {
  const canStop = process.stdin.isTTY && (json ? process.stderr : process.stdout).isTTY;
  if (step && !canStop) throw noTerminal();
  return step ?? (canStop && !json && !plain && !CI && hold === undefined);
}

/** Whether the lab runs with what is skipped and without, which two columns show. What is held cannot be held twice. */
function isExperiment({ skip, hold, json, plain }: LabCall): boolean {
  return skip !== undefined && hold === undefined && !json && !plain;
}

/** `--hold` with `--skip`: what is looked at is the run without. */
async function sayExperiment(skip: ReadonlySet<string>, sink: Sink): Promise<void> {
  const { heldHead } = await import('../../view/experiment/index.js');
  const { screenOf } = await import('../../view/terminal/screen.js');
  await sink.write(`${heldHead([...skip], screenOf(sink)).join('\n')}\n\n`);
}

function nothingToBreak(): UserError {
  const message = '--expect-broken says that checks break, and nothing is left out.';
  return new UserError(message, 2, 'Name with --skip what is to be left out.');
}

function noTerminal(): UserError {
  const message = '--step waits for a key at each step, so it needs a terminal to read from and to write to.';
  return new UserError(message, 2, 'Start tslab in a terminal, without a pipe or a redirection; or leave --step out.');
}

/** Events on their way to a view; the end is remembered. */
class Watched {
  end: LabEnded | undefined;
  constructor(readonly events: AsyncIterable<LabEvent>) {}

  async *all(): AsyncGenerator<LabEvent, void, void> {
    for await (const event of this.events) {
      if (event.type === 'end') this.end = event;
      yield event;
    }
  }
}

async function loadView({ json, plain }: LabCall): Promise<View> {
  if (json) return renderJson;
  if (plain) return (await import('../../view/plain.js')).renderPlain;
  return (await import('../../view/terminal/index.js')).renderTerminal;
}

/** As the lab itself tells it when it is the lab that finds out. */
function impossible(id: string, { message, remedy }: UserError): LabEnded {
  return { type: 'end', id, status: 'impossible', why: remedy ? `${message} Remedy: ${remedy}` : message };
}
