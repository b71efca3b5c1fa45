import { describe, expect, it } from 'vitest';
import { mergeEnvironment } from '../../../../src/docker/options/environment.js';
import { type Caller, parseRun, type RunFlags } from '../../../../src/docker/options/run.js';
import { UserError } from '../../../../src/kernel/errors/user-error.js';

const CALLER: Caller = {
  environment: { HERE: 'yes', EMPTY: '' },
  envFiles: [],
  labelFiles: [],
  cwd: '/',
  cpuCount: 2,
  network: 'none',
  hostname: 'the-host',
};

const run = (flags: RunFlags, words = ['busybox'], caller = CALLER) => parseRun(flags, words, caller);

describe('the command', () => {
  it('is sh where none is given', () => {
    expect(run({}).process.args).toEqual(['sh']);
    expect(run({}, ['busybox', 'echo', '-n', 'a']).process.args).toEqual(['echo', '-n', 'a']);
  });

  it('is the arguments of the entrypoint, which forgets the default', () => {
    expect(run({ entrypoint: 'echo' }, ['busybox', 'a']).process.args).toEqual(['echo', 'a']);
    expect(run({ entrypoint: '/bin/true' }).process.args).toEqual(['/bin/true']);
    expect(run({ entrypoint: '' }, ['busybox', 'ls']).process.args).toEqual(['ls']);
    expect(() => run({ entrypoint: '' })).toThrow(/no command specified/);
  });
});

describe('the environment', () => {
  const env = (flags: RunFlags, files: string[] = []) => run(flags, ['x'], { ...CALLER, envFiles: files }).process.env;

  it('takes values, and names whose value is the caller’s', () => {
    expect(env({ env: ['A=1', 'B=x=y', 'HERE', 'EMPTY', 'NOT_HERE', 'C='] })).toEqual([
      'A=1',
      'B=x=y',
      'HERE=yes',
      'EMPTY=',
      'NOT_HERE',
      'C=',
    ]);
  });

  it('loses what -e names that is not set here, as docker has it', () => {
    expect(mergeEnvironment(['A=1', 'B=2'], env({ env: ['A', 'C=3', 'HERE'] }))).toEqual(['B=2', 'C=3', 'HERE=yes']);
    expect(mergeEnvironment(['A=1'], env({ env: ['A', 'A=2'] }))).toEqual(['A=2']);
  });

  it('reads files, which -e overrides', () => {
    const file = '# a comment\n\nA=from file\n  B=two\r\nHERE\n';
    expect(env({ env: ['A=1'] }, [file])).toEqual(['A=1', 'B=two', 'HERE=yes']);
  });

  it.each(['=1', 'A B=1', ''])('refuses %j', (variable) => {
    const message = `invalid environment variable: ${JSON.stringify(variable)}`;
    expect(() => env({ env: [variable] })).toThrow(expect.objectContaining({ status: 2, message }));
  });

  it('keeps what spans lines', () => {
    expect(env({ env: ['A=one\ntwo'] })).toEqual(['A=one\ntwo']);
  });
});

describe('an empty name', () => {
  it('is none, of a container and of a host', () => {
    expect(run({ name: '', hostname: '' })).toMatchObject({ name: undefined, hostname: undefined });
    expect(run({ hostname: '', network: ['host'] }).hostname).toBe('the-host');
  });
});

describe('everything else', () => {
  it('has Docker’s defaults', () => {
    expect(run({})).toEqual({
      image: 'busybox',
      labels: {},
      rootfs: undefined,
      name: undefined,
      hostname: undefined,
      process: { args: ['sh'], env: [], cwd: '/', user: '', tty: false, interactive: false },
      mounts: [],
      readOnly: false,
      network: 'none',
      resources: {},
      init: false,
      stopSignal: 'SIGTERM',
      restart: { name: 'no' },
      autoRemove: false,
      detached: false,
      skip: [],
    });
  });

  it('has the host’s name with the host’s network, unless it is given one', () => {
    expect(run({ network: ['host'] })).toMatchObject({ network: 'host', hostname: 'the-host' });
    expect(run({ network: ['host'], hostname: 'box' })).toMatchObject({ hostname: 'box' });
  });

  it('reads restart policies', () => {
    expect(run({ restart: 'on-failure' }).restart).toEqual({ name: 'on-failure' });
    expect(run({ restart: 'on-failure:3' }).restart).toEqual({ name: 'on-failure', maximum: 3 });
    expect(run({ restart: 'on-failure:0' }).restart).toEqual({ name: 'on-failure' });
    expect(run({ restart: 'no', rm: true }).restart).toEqual({ name: 'no' });
  });

  it.each<[RunFlags, RegExp]>([
    [{ restart: 'sometimes' }, /--restart sometimes" no, always/],
    [{ restart: 'no:1' }, /--restart/],
    [{ restart: 'on-failure', rm: true }, /cannot specify both --restart and --rm/],
    [{ network: ['bridge'], ip: '172.30.0.9' }, /supported on user defined networks only/],
    [{ workdir: 'tmp' }, /--workdir" flag: an absolute path/],
    [{ stopSignal: 'SIGFOO' }, /invalid signal: SIGFOO/],
    [{ name: 'a/b' }, /Invalid container name \(a\/b\)/],
    [{ name: 'a' }, /two or more/],
    [{ name: '-rm' }, /Invalid container name/],
    [{ hostname: 'a_b' }, /invalid hostname/],
    [{ hostname: 'a'.repeat(65) }, /at most 64/],
  ])('refuses %j', (flags, reason) => {
    expect(() => run(flags)).toThrow(UserError);
    expect(messageOf(() => run(flags))).toMatch(reason);
  });
});

/** The message with its remedy: what a person reads. */
function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { message, remedy } = error as UserError;
    return `${message} ${remedy ?? ''}`;
  }
  throw new Error('it was not refused');
}

describe('labels', () => {
  const labels = (flags: RunFlags, labelFiles: string[] = []) => run(flags, ['x'], { ...CALLER, labelFiles }).labels;

  it('come from files first; of two with one key the later counts, and without a value it is empty', () => {
    const files = ['# a comment\n\n  a=file\nb=two words \r\n', 'c\n'];
    expect(labels({ label: ['a=1=2', 'd', '__proto__=x'] }, files)).toEqual(
      Object.fromEntries([
        ['a', '1=2'],
        ['b', 'two words '],
        ['c', ''],
        ['d', ''],
        ['__proto__', 'x'],
      ]),
    );
    expect(labels({})).toEqual({});
  });

  it.each([
    ['=x', "invalid label '=x': empty name"],
    ['', "invalid label '': empty name"],
    ['a b=1', "label 'a b' contains whitespaces"],
  ])('%j: %s', (label, message) => expect(() => labels({ label: [label] })).toThrow(message));
});
