import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type Entry } from '../../../src/cli/commands.js';
import { KINDS } from '../../../src/cli/completion/values.js';
import { describeProgram } from '../../../src/cli/program.js';

const commands = (await Promise.all(Object.entries(COMMANDS).map(load))).flat();

/** A command as commander has it, and those of its group. */
async function load([name, { isDockers, load: loadOne, commands: inner = {} }]: [string, Entry]): Promise<Command[]> {
  if (!isDockers) return [await describeProgram(name)];
  const command = new Command(name);
  (await loadOne()).define(command, () => {});
  return [command, ...(await Promise.all(Object.entries(inner).map(load))).flat()];
}

/** `container` of `<container...>`, in a command and those below it. */
function placesIn(command: Command): string[] {
  const options = command.options.flatMap(({ flags }) => /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? []);
  const operands = command.registeredArguments.map((argument) => argument.name());
  return [...options, ...operands, ...command.commands.flatMap(placesIn)];
}

describe('completion', () => {
  it('goes by what commands call their operands and values, and knows no name that none of them has', () => {
    const places = commands.flatMap(placesIn);
    expect(KINDS.filter((kind) => !places.includes(kind))).toEqual([]);
  });

  it.each([
    ['rm', 'container'],
    ['volume', 'volume'],
    ['run', 'dir'],
    ['run', 'file'],
    ['demo', 'lab'],
    ['read', 'lesson'],
  ])('finds in %s a place for a %s', (name, kind) => {
    const found = commands.filter((command) => [name, 'tslab'].includes(command.name()));
    expect(found.flatMap(placesIn)).toContain(kind);
  });
});
