import { checkSkips } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host-step.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { farewell } from '../../view/demo/farewell.js';
import type { Script } from '../../view/demo/script.js';
import { beginDemo, type Demo } from '../../view/demo/state.js';
import type { Summary } from '../../view/run/items.js';
import { streamSink } from '../../view/sink.js';
import { screenOf } from '../../view/terminal/screen.js';
import { STATUS } from '../commands/ending.js';
import { sweepFirst, warn } from '../leftovers.js';
import { beginRun } from './begin-run.js';
import type { LabRun } from './lab-run.js';
import { playAll } from './play.js';
import { type DemoCall, isTerminal, needTerminal, parseAuto, refuseOtherViews } from './request.js';
import { TerminalSetup } from './terminal-setup.js';

const REMEDY =
  'Start it in a terminal, without a pipe or a redirection. Only --auto SECONDS with --record FILE needs none.';

/** `tslab demo LAB`. The exit status: that of the lab, as far as it was shown. */
export async function runDemo(call: DemoCall): Promise<number> {
  refuseOtherViews(call);
  if (call.auto === undefined || call.record === undefined) needTerminal('tslab demo', REMEDY);
  return untilInterrupted((interruption) => prepare(call, interruption));
}

/** Whatever is wrong with what was asked shows before the screen does, and before a file is made. */
async function prepare(call: DemoCall, interruption: Interruption): Promise<number> {
  const definition = await call.entry.load();
  const auto = parseAuto(call, [...definition.steps, HOST_STEP], !isTerminal());
  checkSkips(definition, call.skip ?? [], '--skip');
  const { flags, rootfs } = call;
  const language = chooseLanguage(call.lang, process.env);
  await sweepFirst();
  const hold = new Set(definition.steps);
  const request = { flags, rootfs, language, skip: new Set(call.skip), hold, signal: interruption.aborted };
  const runCall = { ...call, compares: request.skip.size > 0 };
  const begun = await beginRun(runCall, definition, request);
  const begin = (script: Script, last?: Demo) => beginDemo(script, last ? last.auto : auto);
  let setup: TerminalSetup | undefined;
  const open = () => (setup = new TerminalSetup(call, language, interruption));
  const { demo, run, earlier } = await playAll(
    { call: runCall, definition, request, interruption, begin },
    begun,
    open,
  );
  const status = setup ? settle(setup, demo, run.summary) : STATUS.failed;
  return earlier.map(tellWhatIsLeft).some(Boolean) ? STATUS.failed : status;
}

/** Says, on the ordinary screen, how it ended. The exit status. */
function settle(setup: TerminalSetup, demo: Demo, summary: Summary | undefined): number {
  const sink = streamSink(process.stdout, setup.colored, setup.language);
  print(`${farewell(demo, summary, screenOf(sink)).join('\n')}\n`);
  const failure = setup.cast?.failure;
  if (failure) warn(`the recording is not complete: ${failure.message}`);
  if (failure || (summary?.broken.length ?? 0) > 0) return STATUS.failed;
  return demo.end ? STATUS[demo.end.status] : STATUS.held;
}

/** Of a run that was left for another one. True where the host was not as before. */
function tellWhatIsLeft({ summary }: LabRun): boolean {
  const host = summary?.host;
  if (!host || host.held) return false;
  warn(`a run before the last one: ${host.actual}`);
  return true;
}
