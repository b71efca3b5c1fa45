import type { LabDefinition } from '../../lab/definition.js';
import { HOST_STEP } from '../../lab/host.js';
import type { LabRequest } from '../../lab/request.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { farewell } from '../../view/demo/farewell.js';
import { type Auto, beginDemo, type Demo } from '../../view/demo/state.js';
import type { Summary } from '../../view/run/items.js';
import { streamSink } from '../../view/sink.js';
import { screenOf } from '../../view/terminal/screen.js';
import { STATUS } from '../commands/run-lab.js';
import { sweepFirst, warn } from '../leftovers.js';
import { type BegunRun, beginRun } from './begin-run.js';
import { Controller } from './controller.js';
import type { LabRun } from './lab-run.js';
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

/** All that is needed to run the lab again and again. */
interface Play {
  readonly call: DemoCall;
  readonly definition: LabDefinition;
  readonly request: LabRequest;
  readonly interruption: Interruption;
}

/** Whatever is wrong with what was asked shows before the screen does, and before a file is made. */
async function prepare(call: DemoCall, interruption: Interruption): Promise<number> {
  const definition = await call.entry.load();
  const auto = parseAuto(call, [...definition.steps, HOST_STEP], !isTerminal());
  const { flags, rootfs } = call;
  const language = chooseLanguage(call.lang, process.env);
  await sweepFirst();
  const request = { flags, rootfs, language, skip: new Set(call.skip), signal: interruption.aborted };
  const begun = await beginRun(call, definition, request);
  return await playAll({ call, definition, request, interruption }, begun, auto);
}

/** Once, and again as often as somebody wishes to begin anew. */
async function playAll(play: Play, first: BegunRun, auto: Auto | undefined): Promise<number> {
  const { call, definition, request, interruption } = play;
  let begun = first;
  let setup: TerminalSetup | undefined;
  const runs: LabRun[] = [];
  try {
    setup = new TerminalSetup(call, request.language, interruption);
    let demo = await playOnce(setup, begun, { auto, interruption });
    while (demo.leaving === 'restart') {
      runs.push(begun.run);
      begun = await beginRun(call, definition, request);
      setup.outputs.begin();
      demo = await playOnce(setup, begun, { auto: demo.auto, interruption });
    }
    setup.close();
    const status = settle(setup, demo, begun.run.summary);
    return runs.map(tellWhatIsLeft).some(Boolean) ? STATUS.failed : status;
  } finally {
    setup?.close();
    await begun.run.end();
  }
}

/** One run of the lab, until somebody leaves it; it is ended before this returns. */
async function playOnce(
  setup: TerminalSetup,
  { run, script, started }: BegunRun,
  { auto, interruption: { aborted } }: { auto: Auto | undefined; interruption: Interruption },
): Promise<Demo> {
  const controller = new Controller({ ...beginDemo(script, auto), started }, run, setup.outputs);
  const stop = () => controller.interrupt();
  aborted.addEventListener('abort', stop);
  setup.sendKeysTo(controller);
  try {
    if (aborted.aborted) stop();
    return await controller.run();
  } finally {
    aborted.removeEventListener('abort', stop);
    await run.end();
  }
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
