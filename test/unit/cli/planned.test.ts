import { describe, expect, it } from 'vitest';
import { CATALOGUE, PLANNED } from '../../../labs/catalogue.js';
import { findLesson } from '../../../src/cli/commands/read/lessons.js';
import { COMMANDS } from '../../../src/cli/commands.js';
import { plannedCommand, plannedLab } from '../../../src/cli/planned.js';

describe('a lab that is planned', () => {
  it.each(['07', '7', 'uts-ipc', '07-uts-ipc'])('is told by what it will teach, as %s', (word) => {
    expect(plannedLab(word)?.message).toBe(
      'lab 07-uts-ipc is planned: host names, System V IPC and POSIX message queues',
    );
  });

  it('has no lesson yet', () => {
    expect(() => findLesson('08')).toThrow('lab 08-network is planned');
  });

  it('is none of those that there are, and has a number of its own', () => {
    const numbers = [...CATALOGUE, ...PLANNED].map(({ id }) => id.slice(0, 2));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(CATALOGUE.map(({ id }) => plannedLab(id))).toEqual(CATALOGUE.map(() => undefined));
  });
});

describe("a command of Docker's that is to come", () => {
  it.each([
    ['pull', 'lab 11-images'],
    ['build', 'lab 11-images'],
    ['network', 'lab 08-network'],
    ['create', 'a later version'],
  ])('is told by name, with what will bring it: %s', (word, by) => {
    expect(plannedCommand(word)).toMatchObject({
      message: `there is no "${word}" yet: ${by} will bring it`,
      status: 2,
    });
  });

  it('is none of those that there are, nor any word', () => {
    expect([...Object.keys(COMMANDS), 'xyzzy', ''].map(plannedCommand).filter(Boolean)).toEqual([]);
  });
});
