import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Define } from '../../../src/cli/command.js';
import { define as exec } from '../../../src/cli/docker/start/exec.js';
import { define as run } from '../../../src/cli/docker/start/run.js';
import { parseWithCommander } from '../../../src/cli/docker-words.js';
import { parsePlain } from '../../../src/cli/plain-words.js';

/** What the action of a command is given: operands, the words behind them, options. */
type Given = unknown[];

/** The same command, with an action that keeps what it is given. */
function keeping(define: Define): { define: Define; given: () => Given | undefined } {
  let given: Given | undefined;
  return {
    define: (command: Command, choose) => {
      define(command, choose);
      command.action((...all: unknown[]) => {
        given = all.slice(0, 3);
        choose(async () => 0);
      });
    },
    given: () => given,
  };
}

function plainly(define: Define, words: string): Given | undefined {
  const kept = keeping(define);
  parsePlain(kept.define, wordsOf(words));
  return kept.given();
}

async function byCommander(define: Define, words: string): Promise<Given | undefined> {
  const kept = keeping(define);
  await parseWithCommander('run', kept.define, wordsOf(words));
  return kept.given();
}

const wordsOf = (words: string) => words.split(' ').map((word) => (word === "''" ? '' : word));

describe('plain words', () => {
  it.each([
    'busybox',
    '--rm busybox true',
    '--rm busybox sh -c true -- --rm -x --name=y',
    '-d --name box busybox',
    '--name=box --env=A=1=2 -e B -e C=3 --read-only busybox',
    '-v a:/a --volume b:/b --mount=type=tmpfs,target=/x --tmpfs /y busybox',
    '-m 64m --cpu-shares 512 --cpuset-cpus=0-1 --pids-limit 5 busybox env',
    '--skip mask,pivot --skip user --trace busybox',
    '-h host -u 1:2 -w /tmp --env-file f --stop-signal SIGINT busybox',
    '--name a --name b busybox',
    "--name= -e '' busybox",
    "--rm ''",
  ])('of `run` mean what commander takes them for: %s', async (words) => {
    const given = plainly(run, words);
    expect(given).toBeDefined();
    expect(given).toEqual(await byCommander(run, words));
  });

  it.each(['-i box cat -n', '-e A=1 --env B=2 -u root box env', '--detach box sleep 1'])(
    'of `exec` mean what commander takes them for: %s',
    async (words) => {
      const given = plainly(exec, words);
      expect(given).toBeDefined();
      expect(given).toEqual(await byCommander(exec, words));
    },
  );

  it.each([
    '-it busybox',
    '--help',
    '--rm',
    '--rm -- busybox',
    '--nonsense busybox',
    '--rm=yes busybox',
    '-d=yes busybox',
    '-m=64m busybox',
    '-m64m busybox',
    '--name',
    '--name --rm busybox',
    '--nam box busybox',
    '- busybox',
    '--lang zh busybox',
  ])('of `run` are left to commander: %s', (words) => {
    expect(plainly(run, words)).toBeUndefined();
  });

  it('of `exec` are left to commander where one is missing', () => {
    expect(plainly(exec, 'box')).toBeUndefined();
    expect(plainly(exec, '-i')).toBeUndefined();
  });
});
