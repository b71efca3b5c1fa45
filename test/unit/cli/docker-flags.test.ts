import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Define } from '../../../src/cli/command.js';
import { COMMANDS, type Entry } from '../../../src/cli/commands.js';
import { define as kill } from '../../../src/cli/docker/control/kill.js';
import { define as rename } from '../../../src/cli/docker/control/rename.js';
import { define as stop } from '../../../src/cli/docker/control/stop.js';
import { define as volume } from '../../../src/cli/docker/files/volume.js';
import { define as ps } from '../../../src/cli/docker/show/ps.js';
import { define as stats } from '../../../src/cli/docker/show/stats.js';
import { define as exec } from '../../../src/cli/docker/start/exec.js';
import { define as run } from '../../../src/cli/docker/start/run.js';
import { readWords } from '../../../src/cli/docker-flags.js';

/** What the action of a command is given: operands, then options. */
type Given = unknown[];

/** The same command, with actions that keep what they are given, and commander's own readers of values. */
function keeping(define: Define): { define: Define; given: () => Given | undefined } {
  let given: Given | undefined;
  const keep = (command: Command): Command =>
    new Proxy(command, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const kept = name === 'action' ? [(...all: unknown[]) => (given = all)] : args;
          const result = value.apply(target, kept);
          return result instanceof Object && 'action' in result ? keep(result as Command) : result;
        };
      },
    });
  return { define: (command, choose) => define(keep(command), choose), given: () => given };
}

/** `run` passes signals on unless it is told not to (`--sig-proxy=false`): that is among the options always. */
function withoutProxy(one: unknown): unknown {
  const { sigProxy, ...options } = Object(one);
  return sigProxy === undefined ? one : options;
}

/** What a command is given for words; `''` is an empty one. */
function given(define: Define, words: string): Given | undefined {
  const kept = keeping(define);
  readWords('it', kept.define, wordsOf(words));
  return kept.given()?.map(withoutProxy);
}

async function givenByCommander(define: Define, words: string): Promise<Given | undefined> {
  const kept = keeping(define);
  const command = new Command().exitOverride();
  kept.define(command, () => {});
  await command.parseAsync(wordsOf(words), { from: 'user' });
  return kept.given()?.slice(0, -1).map(withoutProxy);
}

const wordsOf = (words: string) => words.split(' ').map((word) => (word === "''" ? '' : word));

/** The options alone. `--no-healthcheck`, which is not given, is a `healthcheck`. */
const options = (define: Define, words: string) => {
  const { healthcheck, ...others } = (given(define, words) as Given).at(-1) as Record<string, unknown>;
  return others;
};

describe('the words of a command', () => {
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
    '-dit -v/a:/b -eA=b busybox sh',
    '-itva:/b busybox',
    '--dry-run=json busybox',
    '--rm -- busybox true',
    '--name --rm busybox',
  ])('of `run` mean what commander takes them for: %s', async (words) => {
    expect(given(run, words)).toEqual(await givenByCommander(run, words));
  });

  it.each([
    [exec, '-i box cat -n'],
    [exec, '-e A=1 --env B=2 -u root box env'],
    [ps, '-aq --no-trunc -f name=a --filter status=exited'],
    [stats, '--no-stream box'],
    [kill, 'a b -s TERM'],
    [volume, 'ls -q'],
    [volume, 'rm a b'],
    [volume, 'create'],
    [volume, 'list -f name=x'],
    [rename, 'a -- -b'],
  ])('of other commands too (%#: %s)', async (define, words) => {
    expect(given(define, words)).toEqual(await givenByCommander(define, words));
  });
});

describe('a boolean', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('is true with =%s', (value) => {
    expect(options(run, `--rm=${value} -i=${value} busybox`)).toEqual({ rm: true, interactive: true });
  });

  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])(
    'is as if not given with =%s, and the last one counts',
    (value) => {
      const expected = { rm: undefined, interactive: undefined };
      expect(options(run, `--rm --rm=${value} -i=${value} busybox`)).toEqual(expected);
    },
  );

  it('takes its value behind the last of joined letters, as in docker: -it=false is -i and no -t', () => {
    expect(options(run, '-it=false busybox')).toEqual({ interactive: true, tty: undefined });
    expect(options(run, '-dit=1 busybox')).toEqual({ detach: true, interactive: true, tty: true });
  });

  it('takes no value from the next word: that is the image', () => {
    expect(given(run, '--rm false')).toEqual(['false', [], { healthcheck: true, rm: true }]);
  });

  it('that says no is turned round by =false', () => {
    expect(options(ps, '--no-trunc')).toMatchObject({ trunc: false });
    expect(options(ps, '--no-trunc=false')).toMatchObject({ trunc: true });
    expect(options(stats, '--no-stream=1')).toMatchObject({ stream: false, trunc: true });
  });
});

describe('a value', () => {
  it.each(['-m 64m', '-m64m', '-m=64m', '--memory 64m', '--memory=64m'])('may stand as in %s', (words) => {
    expect(options(run, `${words} busybox`)).toEqual({ memory: '64m' });
  });

  it('may be behind joined letters, or look like a flag', () => {
    expect(options(run, '-itv a:/b busybox')).toEqual({ interactive: true, tty: true, volume: ['a:/b'] });
    expect(options(run, '-e -it busybox')).toEqual({ env: ['-it'] });
  });

  it('has the name that docker takes too: --net', () => {
    expect(options(run, '--net host busybox')).toEqual({ network: ['host'] });
    expect(options(run, '--net=none busybox')).toEqual({ network: ['none'] });
  });
});

/** Each as `docker` 28.2.2 says it, with its own name in the place of `tslab it`. */
describe('a mistake is told in the words of docker', () => {
  it.each([
    [run, '--rm=yes x', 'invalid argument "yes" for "--rm" flag: strconv.ParseBool: parsing "yes": invalid syntax'],
    [run, '-dit=x x', 'invalid argument "x" for "-t, --tty" flag: strconv.ParseBool: parsing "x": invalid syntax'],
    [ps, '--no-trunc=2', 'invalid argument "2" for "--no-trunc" flag: strconv.ParseBool: parsing "2": invalid syntax'],
    [run, '--foo x', 'unknown flag: --foo'],
    [run, '--foo=1 x', 'unknown flag: --foo'],
    [run, '--nam box x', 'unknown flag: --nam'],
    [run, '-Z x', "unknown shorthand flag: 'Z' in -Z"],
    [run, '-iZ x', "unknown shorthand flag: 'Z' in -Z"],
    [ps, '-a=', "unknown shorthand flag: '=' in -="],
    [run, '--name', 'flag needs an argument: --name'],
    [run, '-ie', "flag needs an argument: 'e' in -e"],
    [run, '--=x', 'bad flag syntax: --=x'],
    [ps, '---a', 'bad flag syntax: ---a'],
  ])('(2) %#: %s', (define, words, message) => {
    expect(() => given(define, words)).toThrow(expect.objectContaining({ message, status: 2 }));
  });

  it.each([
    [ps, 'x', "'tslab it' accepts no arguments"],
    [run, '--rm', "'tslab it' requires at least 1 argument"],
    [exec, 'box', "'tslab it' requires at least 2 arguments"],
    [rename, 'a', "'tslab it' requires 2 arguments"],
    [volume, 'create a b', "'tslab it create' requires at most 1 argument"],
    [volume, 'foo', 'unknown command: tslab it foo'],
  ])('(1) %#: %s', (define, words, message) => {
    expect(() => given(define, words)).toThrow(expect.objectContaining({ message, status: 1 }));
  });

  it('with the name that is meant, where one is like it', () => {
    expect(() => given(run, '--nmae box x')).toThrow(
      expect.objectContaining({ remedy: 'Did you mean --name? `tslab it --help` shows how it is used.' }),
    );
    expect(() => given(volume, 'creat x')).toThrow(
      expect.objectContaining({ remedy: 'Did you mean create? `tslab it --help` shows how it is used.' }),
    );
  });

  it('with how the command is used, where there are too few words', () => {
    expect(() => given(rename, '')).toThrow(
      expect.objectContaining({ remedy: 'Usage: tslab it [options] <container> <new-name>' }),
    );
  });
});

describe('help', () => {
  it.each([
    [run, '--help', []],
    [run, '--rm --help busybox', []],
    [ps, '-h', []],
    [volume, '--help', []],
    [volume, 'ls --help', ['ls']],
    [volume, '--help ls', ['ls']],
  ])('is asked for (%#: %s)', (define, words, helpOf) => {
    expect(readWords('it', define, wordsOf(words))).toEqual({ helpOf });
  });

  it('is what a command of commands shows alone', () => {
    expect(readWords('it', volume, [])).toEqual({ helpOf: [] });
  });

  it("is the container's own behind the image, and -h the host name of `run`", () => {
    expect(given(run, '-h box busybox ls --help')).toEqual([
      'busybox',
      ['ls', '--help'],
      { healthcheck: true, hostname: 'box' },
    ]);
  });
});

describe("the definitions of Docker's commands", () => {
  const all = Object.entries(COMMANDS).filter(([, { isDockers }]) => isDockers);

  it.each(all)('%s: its flags are the same to docker-flags.ts as to commander', async (_, { load }: Entry) => {
    const { define } = await load();
    const command = new Command();
    define(command, () => {});
    for (const one of [command, ...command.commands]) {
      const path = one === command ? [] : [one.name()];
      for (const { long, required } of one.options) {
        // Nothing is done: what was chosen is thrown away, and a value may be one that the flag does not take.
        const words = [...path, long as string, ...(required ? ['1'] : []), '--help'];
        const read = () => readWords('it', define, words);
        expect(() => tolerant(read)).not.toThrow();
      }
    }
  });

  function tolerant(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      if (/unknown|needs an argument/.test((error as Error).message)) throw error;
    }
  }

  it('stop waits as long as --timeout, and --time, say', () => {
    expect(options(stop, '-t 3 box')).toEqual({ timeout: 3 });
    expect(options(stop, '--time 3 box')).toEqual(options(stop, '--timeout=3 box'));
  });
});
