import { Command, type Option } from 'commander';
import { print } from '../../terminal/output.js';
import { visibleLine } from '../../view/text/visible.js';
import { entryOf, findDockerCommand } from '../commands.js';
import { describeProgram } from '../program.js';
import { type Candidate, type Files, isFiles, type Place, valuesOf } from './values.js';

/** `tslab __complete WORD…`: what the last word may become, for the scripts of the shells. The form of the answer stands there. */
export async function complete(words: readonly string[]): Promise<number> {
  const last = words.at(-1) ?? '';
  const found = await findCandidates(words.slice(0, -1), last);
  const fitting = found.flatMap((one) => (isFiles(one) || !one.word.startsWith(last) ? [] : [one]));
  print([...fitting.map(lineOf), found.find(isFiles) ?? ':'].map((line) => `${line}\n`).join(''));
  return 0;
}

function lineOf({ word, about }: Candidate): string {
  return visibleLine(word) + (about ? `\t${visibleLine(about)}` : '');
}

type Found = readonly (Candidate | Files)[];

async function findCandidates(before: readonly string[], last: string): Promise<Found> {
  const words = before[0] === 'help' ? before.slice(1) : before;
  const { command, rest } = await describe(words);
  const place = walk(command, rest);
  const mayBeFlag = last.startsWith('-') && !place.option?.required;
  if (place.option && !mayBeFlag) return await valuesOf(nameOf(place.option), place);
  if (last.startsWith('-') && !place.isPassed) return await flagsOf(place, last);
  const { registeredArguments: all, commands } = place.command;
  const argument = all[Math.min(place.operands.length, all.length - 1)];
  const isOver = argument === undefined || (place.operands.length >= all.length && !argument.variadic);
  const names = place.operands.length === 0 ? commands.map(candidateOf) : [];
  return [...names, ...(isOver ? [] : await valuesOf(argument.name(), place))];
}

/** The command that the words name, with its options; what stands behind its name. */
async function describe(words: readonly string[]): Promise<{ command: Command; rest: readonly string[] }> {
  const docker = findDockerCommand(words);
  if (docker) {
    const command = new Command(docker.name);
    (await docker.entry.load()).define(command, () => {});
    return { command: command.option('--help', 'show this help'), rest: words.slice(docker.to) };
  }
  const chosen = words.find((word) => entryOf(word)) ?? '';
  return { command: await describeProgram(chosen), rest: words };
}

/** Where the last word stands: in which command, behind which operands, as the value of which option. */
function walk(top: Command, words: readonly string[]): Place {
  let place: Place = { command: top, path: [], operands: [], option: undefined, isPassed: false };
  for (const word of words) place = behind(word, place);
  return place;
}

function behind(word: string, place: Place): Place {
  const { command, operands, path } = place;
  if (place.option) return { ...place, option: undefined };
  if (place.isPassed) return { ...place, operands: [...operands, word] };
  if (word === '--') return { ...place, isPassed: true };
  if (word.startsWith('-')) return { ...place, option: waiting(word, command) };
  const below = operands.length > 0 ? undefined : command.commands.find((one) => isCalled(one, word));
  if (below) return { ...place, command: below, path: [...path, below.name()] };
  return { ...place, operands: [...operands, word], isPassed: isPassThrough(command) };
}

/** The option whose value is the next word, or may be: `--hold [step]`. */
function waiting(word: string, command: Command): Option | undefined {
  const isShort = !word.startsWith('--');
  const name = isShort ? `-${word.at(-1)}` : word;
  return optionsOf(command).find(
    ({ long, short, required, optional }) => (required || optional) && (isShort ? short : long) === name,
  );
}

function isCalled(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

/** What follows the image of `run` are words of the program. Commander does not tell it otherwise. */
function isPassThrough(command: Command): boolean {
  return Reflect.get(command, '_passThroughOptions') === true;
}

/** Those of `tslab` itself hold for its own commands as well. */
function optionsOf(command: Command): readonly Option[] {
  return command.parent ? [...command.options, ...optionsOf(command.parent)] : command.options;
}

/** `--rm`, or what may follow `--network=`. */
async function flagsOf(place: Place, last: string): Promise<Found> {
  const options = optionsOf(place.command);
  const [, name] = /^(--[^=]+=)/.exec(last) ?? [];
  const option = options.find(({ long, required }) => required && `${long}=` === name);
  if (!option)
    return options.map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description }));
  const values = await valuesOf(nameOf(option), { ...place, option });
  return values.map((value) => (isFiles(value) ? value : { ...value, word: `${name}${value.word}` }));
}

/** `<dir>` of `--rootfs <dir>`. */
function nameOf({ flags }: Option): string {
  return /[<[](.*?)[>\]]/.exec(flags)?.[1] ?? '';
}

function candidateOf(command: Command): Candidate {
  return { word: command.name(), about: command.summary() || command.description() };
}
