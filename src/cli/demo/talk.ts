import { readFileSync } from 'node:fs';
import { UserError } from '../../kernel/errors/user-error.js';
import { parseTalk } from '../../lesson/talk.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { farewell } from '../../view/demo/farewell.js';
import { plannedUntil } from '../../view/demo/notes/note.js';
import type { Script } from '../../view/demo/script.js';
import { beginDemo, type Demo } from '../../view/demo/state.js';
import { streamSink } from '../../view/sink.js';
import { type Screen, screenOf } from '../../view/terminal/screen.js';
import { STATUS } from '../commands/ending.js';
import { sweepFirst } from '../leftovers.js';
import { beginRun, defaultFlags } from './begin-run.js';
import { type Dress, type Played, playAll } from './play.js';
import { type DemoOptions, needTerminal, parseAuto, refuseOtherViews } from './request.js';
import { type LoadedPart, loadPart, scriptOfPart, sourceOfPart } from './talk-part.js';
import { TerminalSetup } from './terminal-setup.js';

/** `tslab demo talk.md`: its parts, one after the other. 1 where a check broke in a run without --skip. */
export async function runTalk(path: string, options: DemoOptions): Promise<number> {
  refuseOtherViews(options);
  const parts = await Promise.all(parseTalk(read(path), path).map(loadPart));
  needTerminal('tslab demo', 'Start it in a terminal, without a pipe or a redirection.');
  return untilInterrupted((interruption) => playParts(parts, options, interruption));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${(error as Error).message}`, 2);
  }
}

async function playParts(parts: readonly LoadedPart[], options: DemoOptions, interruption: Interruption) {
  const language = chooseLanguage(options.lang, process.env);
  await sweepFirst();
  const [first] = parts as [LoadedPart, ...LoadedPart[]];
  const entry = { ...first.entry, id: 'talk', title: first.part.title };
  const setup = new TerminalSetup({ ...options, entry, flags: {} }, language, interruption);
  const played: Played[] = [];
  let planned = 0;
  try {
    for (const part of parts) {
      const isLast = part === parts.at(-1);
      const one = await playPart(part, { options, language, interruption, isLast, planned, dress: withoutEnd(setup) });
      played.push(one);
      if (one.demo.leaving !== 'next') break;
      planned = plannedUntil(one.demo.script);
      setup.begin();
    }
  } finally {
    setup.close();
  }
  return tellEnd(parts, played, screenOf(streamSink(process.stdout, options.color, language)));
}

/** How each part ended. The exit status. */
function tellEnd(parts: readonly LoadedPart[], played: readonly Played[], screen: Screen): number {
  print(played.map(({ demo, run }) => `${farewell(demo, run.summary, screen).join('\n')}\n`).join(''));
  const failed = played.some(
    ({ run }, at) => parts[at]?.part.skip.length === 0 && (run.summary?.broken.length ?? 0) > 0,
  );
  return failed ? STATUS.failed : STATUS.held;
}

/** The screen stays from part to part. */
function withoutEnd(setup: TerminalSetup): Dress {
  const sendKeysTo: Dress['sendKeysTo'] = (controller) => setup.sendKeysTo(controller);
  return { display: setup.display, sendKeysTo, begin: () => setup.begin(), close: () => {} };
}

interface Setting {
  readonly options: DemoOptions;
  readonly language: string;
  readonly interruption: Interruption;
  readonly isLast: boolean;
  /** Minutes for the parts before. */
  readonly planned: number;
  readonly dress: Dress;
}

async function playPart({ part, entry, definition }: LoadedPart, setting: Setting): Promise<Played> {
  const { options, language, interruption, isLast, planned, dress } = setting;
  const { skip } = part;
  const call = { ...options, entry, flags: defaultFlags(entry), skip };
  const auto = parseAuto(call, definition.steps, false);
  const { flags, rootfs } = call;
  const request = { flags, rootfs, language, skip: new Set(skip), signal: interruption.aborted };
  const begin = (script: Script, last?: Demo): Demo => ({
    ...beginDemo(scriptOfPart(script, part, planned), last ? last.auto : auto),
    goesOn: !isLast,
  });
  const source = (run: Played['run']) => sourceOfPart(run, part);
  const begun = await beginRun(call, definition, request);
  return playAll({ call, definition, request, interruption, begin, source }, begun, () => dress);
}
