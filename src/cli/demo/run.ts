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
import { Presenter } from './controller.js';
import type { LabRun } from './lab-run.js';
import { type DemoCall, isTerminal, needTerminal, parseAuto, refuseOtherViews } from './request.js';
import { Stagehand } from './terminal-setup.js';

const REMEDY =
  'Start it in a terminal, without a pipe or a redirection. Only --auto SECONDS with --record FILE needs none.';

/** `tslab demo LAB`. The exit status: that of the lab, as far as it was shown. */
export async function presentDemo(call: DemoCall): Promise<number> {
  refuseOtherViews(call);
  if (call.auto === undefined || call.record === undefined) needTerminal('tslab demo', REMEDY);
  return untilInterrupted((interruption) => rehearse(call, interruption));
}

/** All that is needed to run the lab again and again. */
interface Play {
  readonly call: DemoCall;
  readonly definition: LabDefinition;
  readonly request: LabRequest;
  readonly interruption: Interruption;
}

/** Whatever is wrong with what was asked shows before the screen does, and before a file is made. */
async function rehearse(call: DemoCall, interruption: Interruption): Promise<number> {
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
  let stage: Stagehand | undefined;
  const runs: LabRun[] = [];
  try {
    stage = new Stagehand(call, request.language, interruption);
    let demo = await playOnce(stage, begun, { auto, interruption });
    while (demo.leaving === 'restart') {
      runs.push(begun.run);
      begun = await beginRun(call, definition, request);
      stage.theatre.begin();
      demo = await playOnce(stage, begun, { auto: demo.auto, interruption });
    }
    stage.strike();
    const status = settle(stage, demo, begun.run.summary);
    return runs.map(tellWhatIsLeft).some(Boolean) ? STATUS.failed : status;
  } finally {
    stage?.strike();
    await begun.run.end();
  }
}

/** One run of the lab, until somebody leaves it; it is ended before this returns. */
async function playOnce(
  stage: Stagehand,
  { run, script, started }: BegunRun,
  { auto, interruption: { aborted } }: { auto: Auto | undefined; interruption: Interruption },
): Promise<Demo> {
  const presenter = new Presenter({ ...beginDemo(script, auto), started }, run, stage.theatre);
  const stop = () => presenter.interrupt();
  aborted.addEventListener('abort', stop);
  stage.attend(presenter);
  try {
    if (aborted.aborted) stop();
    return await presenter.present();
  } finally {
    aborted.removeEventListener('abort', stop);
    await run.end();
  }
}

/** Says, on the ordinary screen, how it ended. The exit status. */
function settle(stage: Stagehand, demo: Demo, summary: Summary | undefined): number {
  const sink = streamSink(process.stdout, stage.colored, stage.language);
  print(`${farewell(demo, summary, screenOf(sink)).join('\n')}\n`);
  const failure = stage.cast?.failure;
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
