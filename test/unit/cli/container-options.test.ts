import { readdirSync, readFileSync } from 'node:fs';
import { Command, type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type Entry } from '../../../src/cli/commands.js';

/** The commands as commander has them, those of `volume` too. */
const commands = (
  await Promise.all(
    Object.entries(COMMANDS)
      .filter(([, { isDockers }]) => isDockers)
      .map(load),
  )
).flat();

/** The lines of the kernel tests of the runtime. */
const lines = ['runtime', 'runtime-info', 'image'].flatMap((folder) => linesIn(`test/kernel/${folder}`));

describe('the kernel tests of the runtime', () => {
  it.each(commands.map(({ words }) => words))('use tslab %s', (words) => {
    expect(lines.filter((line) => hasCommand(line, words))).not.toEqual([]);
  });

  it.each(commands.flatMap(({ words, options }) => options.map((option) => [words, option.flags, option] as const)))(
    'use tslab %s with %s',
    (words, _, option) => {
      // What `run` is given stands mostly in the call of a helper; `create`, `bundle` and `why` take the same.
      const isRun = ['run', 'create', 'bundle', 'why'].includes(words);
      const mentions = lines.filter((line) => hasOption(line, option) && (isRun || hasCommand(line, words)));
      expect(mentions).not.toEqual([]);
    },
  );
});

interface Known {
  readonly words: string;
  readonly options: readonly Option[];
}

async function load([name, { load, commands }]: [string, Entry]): Promise<Known[]> {
  if (commands) return await loadGroup(name, commands);
  const command = new Command();
  (await load()).define(command, () => {});
  return [command, ...command.commands].map((one) => ({ words: wordsOf(name, one, command), options: optionsOf(one) }));
}

/** Most commands of a group are others of the table by a longer name. */
async function loadGroup(name: string, commands: Readonly<Record<string, Entry>>): Promise<Known[]> {
  const own = Object.entries(commands).filter(([, entry]) => !Object.values(COMMANDS).includes(entry));
  return (await Promise.all(own.map(([below, entry]) => load([`${name} ${below}`, entry])))).flat();
}

function wordsOf(name: string, one: Command, parent: Command): string {
  return one === parent ? name : `${name} ${one.name()}`;
}

function optionsOf({ options }: Command): Option[] {
  return options.filter(({ long }) => long !== '--help');
}

function linesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => readFileSync(`${folder}/${file}`, 'utf8').split('\n'));
}

/** `'volume', 'ls'` in a list of words, or `volume ls` behind `tslab ` or a quote. */
function hasCommand(line: string, words: string): boolean {
  return line.includes(`'${words.split(' ').join("', '")}'`) || new RegExp(`(tslab |['"\`])${words} `).test(line);
}

/** The long form, or the letter, alone or among others: `-aq`. */
function hasOption(line: string, { long, short }: Option): boolean {
  if (new RegExp(`['" ]${long}\\b`).test(line)) return true;
  return short !== undefined && new RegExp(`['" ]-[a-zA-Z]*${short[1]}[a-zA-Z]*['" ]`).test(line);
}
