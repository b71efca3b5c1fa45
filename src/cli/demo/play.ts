import type { LabDefinition } from '../../lab/definition.js';
import type { LabRequest } from '../../lab/request.js';
import type { Interruption } from '../../terminal/interrupt.js';
import type { Script } from '../../view/demo/script.js';
import type { Demo } from '../../view/demo/state.js';
import { type BegunRun, beginRun, type RunCall } from './begin-run.js';
import { Controller, type Display, type Source } from './controller.js';
import type { LabRun } from './lab-run.js';

/** What a run is shown on, from its opening to its close. */
export interface Dress {
  readonly display: Display;
  /** Keys go to this controller from now on. */
  sendKeysTo(controller: Controller): void;
  /** The lab begins anew. */
  begin(): void;
  /** Everything is as it was. A second time it does nothing. */
  close(): void;
}

/** All that is needed to run a lab again and again. */
export interface Play {
  readonly call: RunCall;
  readonly definition: LabDefinition;
  readonly request: LabRequest;
  readonly interruption: Interruption;
  /** The demo that a run begins with; `last` is the one that was left for it. */
  begin(script: Script, last?: Demo): Demo;
  /** What is shown of a run; else all of it. */
  source?(run: LabRun): Source;
}

/** The demo as it was left, its run, and the runs before that which were left to begin anew; all of them have ended. */
export interface Played {
  readonly demo: Demo;
  readonly run: LabRun;
  readonly earlier: readonly LabRun[];
}

/** Once, and again as often as somebody wishes to begin anew. The dress is open while this lasts. */
export async function playAll(play: Play, first: BegunRun, open: () => Dress): Promise<Played> {
  const { call, definition, request } = play;
  const earlier: LabRun[] = [];
  let begun = first;
  let dress: Dress | undefined;
  try {
    dress = open();
    let demo = await playOnce(play, begun, { dress });
    while (demo.leaving === 'restart') {
      earlier.push(begun.run);
      begun = await beginRun(call, definition, request);
      dress.begin();
      demo = await playOnce(play, begun, { dress, last: demo });
    }
    return { demo, run: begun.run, earlier };
  } finally {
    dress?.close();
    await begun.run.end();
  }
}

/** A demo of which all has been told already, until somebody leaves it. */
export async function showPage(demo: Demo, dress: Dress, aborted: AbortSignal): Promise<Demo> {
  const nothing: Source = { next: async () => undefined };
  return show(new Controller(demo, nothing, dress.display), dress, aborted);
}

/** One run of the lab, until somebody leaves it; it is ended before this returns. */
async function playOnce(
  { begin, source, interruption: { aborted } }: Play,
  { run, script, started }: BegunRun,
  { dress, last }: { dress: Dress; last?: Demo },
): Promise<Demo> {
  const controller = new Controller({ ...begin(script, last), started }, source?.(run) ?? run, dress.display);
  try {
    return await show(controller, dress, aborted);
  } finally {
    await run.end();
  }
}

async function show(controller: Controller, dress: Dress, aborted: AbortSignal): Promise<Demo> {
  const stop = () => controller.interrupt();
  aborted.addEventListener('abort', stop);
  dress.sendKeysTo(controller);
  try {
    if (aborted.aborted) stop();
    return await controller.run();
  } finally {
    aborted.removeEventListener('abort', stop);
  }
}
