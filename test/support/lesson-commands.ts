import { findDockerCommand } from '../../src/cli/commands.js';
import { type Lesson, loadLesson } from '../../src/lesson/lesson.js';

/** What a lesson tells its reader to type. */
export interface LessonCommand {
  /** `lessons/en/03-cgroups.md: tslab 3 --quota 50%`, for the name of a test. */
  readonly name: string;
  /** One line, or the lines of a block, for a shell. */
  readonly script: string;
}

/** Commands in blocks of ```` ```sh ````, and in the text where they start with `tslab`; each once. */
export function lessonCommands(ids: readonly string[]): LessonCommand[] {
  const all = ids.flatMap((id) => commandsIn(loadLesson(id)));
  return [...new Map(all.map((command) => [command.script, command])).values()];
}

function commandsIn(lesson: Lesson): LessonCommand[] {
  const prose = [...lesson.opening, ...lesson.sections.flatMap(({ blocks }) => blocks)].map(textOf).join('\n\n');
  const scripts = [...blocksIn(prose), ...inlineIn(prose)];
  return scripts.map((script) => ({ name: `${lesson.file}: ${script.split('\n')[0]}`, script }));
}

function textOf(block: Lesson['opening'][number]): string {
  return 'text' in block ? block.text : '';
}

/** `sh by-hand` marks what a test cannot do: two terminals, no end, Docker. */
function blocksIn(prose: string): string[] {
  return [...prose.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => script.trim());
}

function inlineIn(prose: string): string[] {
  const outsideBlocks = prose.replace(/^```.*?^```$/gms, '');
  const commands = [...outsideBlocks.matchAll(/`((?:sudo )?tslab [^`]+)`/g)].map(([, command = '']) => command);
  return commands.map((command) => command.replace(/^sudo /, '').replaceAll('\n', ' ')).filter(isWhole);
}

/** Nothing to be filled in (`NAME`, `…`, `[-t]`), and more than a container command without its argument. */
function isWhole(command: string): boolean {
  if (/…|\[|<|\b[A-Z]{3,}\b/.test(command)) return false;
  const [, name = '', ...words] = command.split(' ');
  return name === 'ps' || findDockerCommand([name]) === undefined || !words.every((word) => word.startsWith('-'));
}

/** Whether it waits for keys. */
export function needsTerminal({ script }: LessonCommand): boolean {
  return /^tslab (demo|serve|menu)\b|--step\b/.test(script);
}

/** What a lab is run with in tests, so that it takes no longer than it must. */
export function shortened(command: string): string {
  return command.replace(/\btslab (03-cgroups|03|3)\b(?! --seconds)/, '$& --seconds 1');
}

/** A lab with a step left out fails, and says so. */
export function expectedStatus({ script }: LessonCommand): number {
  return /^tslab \d\S* .*--skip\b/.test(script) ? 1 : 0;
}
