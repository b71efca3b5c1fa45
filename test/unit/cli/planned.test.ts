import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { plannedCommand } from '../../../src/cli/planned.js';
import { FLAGS_OF_BUILD, FLAGS_TO_COME, plannedFlag } from '../../../src/docker/options/planned.js';

describe("a command of Docker's that is to come", () => {
  it.each([['search', 'a later version']])('is told by name, with what will bring it: %s', (word, by) => {
    expect(plannedCommand(word)).toMatchObject({
      message: `there is no "${word}" yet: ${by} will bring it`,
      status: 2,
    });
  });

  it('is none of those that there are, nor any word', () => {
    expect([...Object.keys(COMMANDS), 'xyzzy', ''].map((word) => plannedCommand(word)).filter(Boolean)).toEqual([]);
  });
});

describe("a flag of Docker's that labs bring", () => {
  const message = (words: string) => `there is no ${words} will bring it`;

  it.each([
    ['run', '--link', message('--link in tslab run: a later version')],
    ['container run', '--gpus', message('--gpus in tslab container run: a later version')],
    ['create', '--gpus', message('--gpus in tslab create: a later version')],
    ['create', '--isolation', 'there is no --isolation in tslab create: it is for containers of Windows'],
    ['build', '--push', 'there is no --push in tslab build: a build makes an image of the store'],
  ])('is told by name: %s %s', (name, flag, expected) => {
    expect(plannedFlag(name, flag)).toMatchObject({ message: expected, status: 2 });
  });

  it('is none of another command, and none that there is', async () => {
    expect(plannedFlag('ps', '--link')).toBeUndefined();
    expect(plannedFlag('run', '--nonsense')).toBeUndefined();
    for (const [name, toCome] of [
      ['run', FLAGS_TO_COME],
      ['build', FLAGS_OF_BUILD],
    ] as const) {
      const command = new Command();
      (await COMMANDS[name]?.load())?.define(command, () => {});
      const there = command.options.flatMap(({ long, short }) => [long, short]);
      expect(there.length).toBeGreaterThan(30);
      expect(toCome.flatMap(({ flags }) => flags).filter((flag) => there.includes(flag))).toEqual([]);
    }
  });
});
