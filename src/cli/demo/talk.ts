import { readFileSync } from 'node:fs';
import { UserError } from '../../kernel/errors/user-error.js';
import { HOST_STEP } from '../../lab/host-step.js';
import { parseTalk, type TalkPart, type TextPart } from '../../lesson/talk.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { farewell } from '../../view/demo/farewell.js';
import { plannedUntil } from '../../view/demo/notes/note.js';
import type { Script } from '../../view/demo/script.js';
import { type Auto, beginDemo, type Demo } from '../../view/demo/state.js';
import { streamSink } from '../../view/sink.js';
import { type Screen, screenOf } from '../../view/terminal/screen.js';
import { STATUS } from '../commands/ending.js';
import { sweepFirst } from '../leftovers.js';
import { beginRun, defaultFlags } from './begin-run.js';
import { type Dress, type Played, playAll, showPage } from './play.js';
import { type DemoOptions, needTerminal, parseAuto, refuseOtherViews } from './request.js';
import { type LoadedPart, loadPart, scriptOfPart, sourceOfPart } from './talk-part.js';
import { TerminalSetup } from './terminal-setup.js';

/** `tslab demo talk.md`: its parts, one after the other. 1 where a check broke in a run without --skip. */
export async function runTalk(path: string, options: DemoOptions): Promise<number> {
  refuseOtherViews(options);
  const parts = await Promise.all(parseTalk(read(path), path).map(load));
  const steps = parts.flatMap(({ definition }) => [...(definition?.steps ?? []), HOST_STEP]);
  const auto = parseAuto({ ...options, entry: { id: path } }, [...new Set(steps)], false);
  needTerminal('tslab demo', 'Start it in a terminal, without a pipe or a redirection.');
  return untilInterrupted((interruption) => playParts(parts, { options, auto, interruption }));
}

/** A part that is a text only. */
interface LoadedText {
  readonly part: TextPart & { readonly skip?: undefined };
  readonly entry?: undefined;
  readonly definition?: undefined;
}

type Loaded = LoadedPart | LoadedText;

/** A part as it was left; without a run where it is a text. */
type Shown = Pick<Played, 'demo'> & Partial<Pick<Played, 'run'>>;

async function load(part: TalkPart): Promise<Loaded> {
  return part.lab === undefined ? { part } : await loadPart(part);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${(error as Error).message}`, 2);
  }
}

/** How all parts are played. */
interface Playing {
  readonly options: DemoOptions;
  readonly auto: Auto | undefined;
  readonly interruption: Interruption;
}

async function playParts(parts: readonly Loaded[], playing: Playing): Promise<number> {
  const { options, interruption } = playing;
  const language = chooseLanguage(options.lang, process.env);
  await sweepFirst();
  const entry = { id: 'talk', title: parts[0]?.part.title ?? '' };
  const setup = new TerminalSetup({ ...options, entry }, language, interruption);
  const played: Shown[] = [];
  let planned = 0;
  try {
    for (const part of parts) {
      const goesOn = part !== parts.at(-1);
      const setting = { ...playing, language, goesOn, planned, dress: withoutEnd(setup) };
      const one = await (part.entry ? playLab(part, setting) : playText(part, setting));
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

/** How each run ended. The exit status. */
function tellEnd(parts: readonly Loaded[], played: readonly Shown[], screen: Screen): number {
  const runs = played.flatMap(({ demo, run }) => (run ? [farewell(demo, run.summary, screen)] : []));
  print(runs.map((lines) => `${lines.join('\n')}\n`).join(''));
  const isWhole = (at: number) => parts[at]?.part.skip?.length === 0;
  const failed = played.some(({ run }, at) => isWhole(at) && (run?.summary?.broken.length ?? 0) > 0);
  return failed ? STATUS.failed : STATUS.held;
}

/** The screen stays from part to part. */
function withoutEnd(setup: TerminalSetup): Dress {
  const sendKeysTo: Dress['sendKeysTo'] = (controller) => setup.sendKeysTo(controller);
  return { display: setup.display, sendKeysTo, begin: () => setup.begin(), close: () => {} };
}

interface Setting extends Playing {
  readonly language: string;
  /** Another part comes behind this one. */
  readonly goesOn: boolean;
  /** Minutes for the parts before. */
  readonly planned: number;
  readonly dress: Dress;
}

/** One page; nothing runs. */
async function playText({ part: { title, text } }: LoadedText, setting: Setting): Promise<Shown> {
  const { auto, goesOn, planned, dress, interruption } = setting;
  const script: Script = { id: 'talk', title, summary: text, minutes: 0, notes: '', planned, steps: [] };
  const show = () => showPage({ ...beginDemo(script, auto), lab: 'over', goesOn }, dress, interruption.aborted);
  let demo = await show();
  while (demo.leaving === 'restart') demo = await show();
  return { demo };
}

async function playLab({ part, entry, definition }: LoadedPart, setting: Setting): Promise<Shown> {
  const { options, auto, language, interruption, goesOn, planned, dress } = setting;
  const { skip } = part;
  const call = { ...options, entry, flags: defaultFlags(entry), skip, compares: skip.length > 0 };
  const { flags, rootfs } = call;
  const hold = new Set(definition.steps);
  const request = { flags, rootfs, language, skip: new Set(skip), hold, signal: interruption.aborted };
  const begin = (script: Script, last?: Demo): Demo => ({
    ...beginDemo(scriptOfPart(script, part, planned), last ? last.auto : auto),
    goesOn,
  });
  const source = (run: Played['run']) => sourceOfPart(run, part);
  const begun = await beginRun(call, definition, request);
  return playAll({ call, definition, request, interruption, begin, source }, begun, () => dress);
}
