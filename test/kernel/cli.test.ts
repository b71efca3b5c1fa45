import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { shortNames } from '../../src/cli/commands/lab.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { jsonLines, leftSince, shell, start, TSLAB, tslab } from './tslab.js';

const LAB = '01-pid-namespace';
const STACK = /\n\s+at .*:\d+/;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the list', () => {
  it('has every lab, and is what tslab alone shows without a terminal', () => {
    const { stdout, status } = tslab(['list']);
    expect(status).toBe(0);
    for (const { id } of CATALOGUE) expect(stdout).toContain(id);
    expect(tslab([]).stdout).toBe(stdout);
  });

  it('says the same with options, which commander reads', () => {
    expect(tslab(['list', '--no-color']).stdout).toBe(tslab(['list']).stdout);
  });

  it('is JSON with --json, one lab a line', () => {
    const ids = jsonLines(tslab(['list', '--json']).stdout).map(({ id }) => id);
    expect(ids).toEqual(CATALOGUE.map(({ id }) => id));
  });
});

describe('--help and --version', () => {
  it('work everywhere', () => {
    for (const command of [[], ['list'], ['doctor'], ['cleanup'], [LAB], ['3']]) {
      expect(tslab([...command, '--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+/) });
      expect(tslab([...command, '--help'])).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Usage: tslab/),
      });
    }
  });

  it('-v alone is --version, as with docker', () => {
    expect(tslab(['-v'])).toMatchObject({ status: 0, stdout: tslab(['--version']).stdout, stderr: '' });
  });

  it.each([[['help', 'nope']], [['nope', '--help']]])(
    '%j says that there is no such command, and ends with 1',
    (words) => {
      const { status, stdout, stderr } = tslab(words);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/unknown help topic: nope\n.*no such command or lab/);
    },
  );

  it('finds a lab by its id, by its name and by its number', () => {
    for (const { id } of CATALOGUE) {
      const help = tslab([id, '--help']).stdout;
      expect(help).toContain(`Usage: tslab ${id}`);
      for (const name of shortNames(id)) expect(tslab([name, '--help']).stdout).toBe(help);
    }
  });

  it("shows a lab's own options with their defaults, and the steps that can be skipped", async () => {
    for (const { id, options, load } of CATALOGUE) {
      const help = tslab([id, '--help']).stdout;
      for (const option of options) expect(help).toContain(option.flags);
      const { skippable, unskippable } = await load();
      for (const step of skippable) expect(help).toContain(step);
      for (const [step, why] of Object.entries(unskippable)) expect(help).toContain(`  ${step}: ${why}`);
    }
    expect(tslab(['3', '--help']).stdout).toMatch(/--quota <share>.*default: "20%"/s);
  });
});

describe('help and version', () => {
  it.each([
    [['help'], ['--help']],
    [
      ['help', '03'],
      ['03', '--help'],
    ],
    [
      ['--plain', 'help', 'read'],
      ['read', '--plain', '--help'],
    ],
    [
      ['help', 'volume', 'create'],
      ['volume', 'create', '--help'],
    ],
    [
      ['help', 'exec', 'box'],
      ['exec', '--help'],
    ],
    [['help', 'help'], ['--help']],
  ])('%j is %j', (words, options) => {
    expect(tslab(words)).toMatchObject({ stdout: tslab(options).stdout, status: 0, stderr: '' });
  });

  it('names all steps of a lab', async () => {
    const { stdout } = tslab(['help', '03']);
    for (const step of (await CATALOGUE[2]?.load())?.steps ?? ['none']) expect(stdout).toContain(step);
  });
});

describe('a mistake on the command line', () => {
  it.each([
    ['an unknown lab, with the nearest', ['03-cgruops'], /unknown command '03-cgruops'\n.*03-cgroups/],
    ['an unknown lab, whatever options follow', ['cgruops', '--json', '--quota', '5%'], /'cgruops'\n.*cgroups/],
    ['a lab that is like no other', ['xyzzy'], /unknown command 'xyzzy'\n.*tslab list/],
    ['an unknown option', [LAB, '--jsn'], /unknown option '--jsn'\n.*--json/],
    ['an option of another lab', [LAB, '--quota', '20%'], /unknown option '--quota'/],
    ['a missing value', [LAB, '--skip'], /'--skip <step>' argument missing/],
    ['one word too many', [LAB, 'twice'], /too many arguments/],
    ['an unknown step, with those that there are', [LAB, '--skip', 'nonsense'], /"nonsense".*\n.*mount-proc/],
    ['a list of steps with an unknown one', [LAB, '--skip', 'mount-proc,nonsense'], /no step "nonsense"/],
    ['what is no language', [LAB, '--lang', '../..'], /"..\/.." is not a language/],
    ['a language that tslab does not speak', ['doctor', '--lang', 'fr'], /"fr" is not .*\nThere are: en, zh\./],
    [
      "a command of Docker's that is to come",
      ['search', 'busybox'],
      /no "search" yet: a later version will bring it\n/,
    ],
    ['a root filesystem that is not there', [LAB, '--rootfs', '/nowhere'], /"\/nowhere" does not exist/],
    ['a root filesystem that is a file', [LAB, '--rootfs', TSLAB], /tslab.cjs is not a directory/],
    ['a root filesystem without a shell', [LAB, '--rootfs', '/proc/self'], /has no shell/],
    ['--step without a terminal', [LAB, '--step'], /needs a terminal/],
  ])('is told: %s', (_, words, message) => {
    const { status, stdout, stderr } = tslab(words);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^tslab: /);
    expect(stderr).not.toMatch(STACK);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('a machine that cannot', () => {
  it('is told with status 3 and what to do', () => {
    const { status, stderr } = tslab([LAB], { TSLAB_STATE: TSLAB });
    expect(status).toBe(3);
    expect(stderr).toMatch(/cannot be kept in.*\nName a directory that can be written/);
    expect(stderr).not.toMatch(STACK);
  });

  it('is an end event with --json', () => {
    const { status, stdout } = tslab([LAB, '--json'], { TSLAB_STATE: TSLAB });
    expect(status).toBe(3);
    expect(jsonLines(stdout)).toEqual([
      { type: 'end', id: LAB, status: 'impossible', why: expect.stringContaining('Remedy: Name a directory') },
    ]);
  });
});

describe('a lab', () => {
  it('ends with status 0 where all checks held, and leaves the host alone', () => {
    const before = takeSnapshot();
    const { status, stdout } = tslab([LAB]);
    expect(stdout).toMatch(/01-pid-namespace held: .*checks/);
    expect(status).toBe(0);
    expect(leftSince(before)).toEqual([]);
  });

  it('ends with status 1 where one did not, and says what was left out', () => {
    const { status, stdout } = tslab([LAB, '--plain', '--skip', 'mount-proc', '--skip', 'nested']);
    expect(stdout).toContain('Skipped on purpose: mount-proc, nested');
    expect(stdout).toMatch(/check failed: /);
    expect(status).toBe(1);
  });

  it('writes nothing but JSON with --json, from lab to end', () => {
    const { stdout, stderr } = tslab([LAB, '--json']);
    const types = jsonLines(stdout).map(({ type }) => type);
    expect(types[0]).toBe('lab');
    expect(types.at(-1)).toBe('end');
    expect(stderr).toBe('');
  });

  it('is coloured where that is wanted, and nowhere else', () => {
    const color = '\x1b[';
    expect(tslab([LAB], { FORCE_COLOR: '1' }).stdout).toContain(color);
    expect(tslab([LAB]).stdout).not.toContain(color);
    expect(tslab([LAB], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain(color);
    expect(tslab([LAB, '--no-color'], { FORCE_COLOR: '1' }).stdout).not.toContain(color);
  });
});

describe('an interrupted lab', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('cleans up after %s and ends with status %i', async (signal, expected) => {
    const before = takeSnapshot();
    const run = start(['3', '--json']);
    await run.seen('"cpu-quota"');
    run.kill(signal);
    const { status, stdout } = await run.ended;
    expect(status).toBe(expected);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'end', status: 'failed', why: 'interrupted' });
    expect(leftSince(before)).toEqual([]);
  });

  it('ends at once at the second signal, and the next start removes what is left', async () => {
    const before = takeSnapshot();
    const run = start(['3', '--json']);
    await run.seen('"cpu-quota"');
    run.kill('SIGINT');
    run.kill('SIGTERM');
    expect([130, 143]).toContain((await run.ended).status);
    tslab([LAB]);
    expect(leftSince(before)).toEqual([]);
  });
});

describe('a closed standard output', () => {
  it('ends a lab early and cleanly, as SIGPIPE would', () => {
    const before = takeSnapshot();
    const { stdout, stderr } = shell('tslab 01 | head -n 1; echo "status $PIPESTATUS"');
    expect(stdout).toMatch(/^01-pid-namespace.*\nstatus 141\n$/);
    expect(stderr).toBe('');
    expect(leftSince(before)).toEqual([]);
  });

  it('shows no stack for the commands that print at once', () => {
    for (const words of ['list', 'list --json', '--help', 'cleanup', 'doctor']) {
      expect(shell(`tslab ${words} | true`).stderr).toBe('');
    }
  });

  it('is told where the disk is full', () => {
    const full = openSync('/dev/full', 'w');
    for (const words of [['list'], [LAB]]) {
      const { status, stderr } = tslab(words, {}, ['ignore', full, 'pipe']);
      expect(stderr).toBe('tslab: the output cannot be written: ENOSPC: no space left on device, write\n');
      expect(status).toBe(1);
    }
  });
});

describe('cleanup', () => {
  it('removes what a run that is over left, and proves it', () => {
    const state = join(folder, 'state');
    mkdirSync(join(state, 'ledger'), { recursive: true });
    mkdirSync(join(state, '.tmp-1-0-left'));
    const entry = { kind: 'directory', name: join(state, '.tmp-1-0-left') };
    writeFileSync(join(state, 'ledger', '1-0.jsonl'), `${JSON.stringify(entry)}\n`);
    const { status, stdout } = tslab(['cleanup'], { TSLAB_STATE: state });
    expect(stdout).toContain(`removed      directory ${entry.name}`);
    expect(stdout).toMatch(/^mounts of this machine +\d+ +\d+$/m);
    expect(existsSync(entry.name)).toBe(false);
    expect(status).toBe(0);
  });

  it('reports as JSON', () => {
    const [report] = jsonLines(tslab(['cleanup', '--json']).stdout);
    expect(report).toMatchObject({ type: 'cleanup', swept: [], after: { mount: expect.any(Number) } });
  });
});

describe('doctor', () => {
  it('ends with status 0 where every lab can run, else 1', () => {
    const { status, stdout } = tslab(['doctor', '--json']);
    const [report] = jsonLines(stdout);
    expect(report).toMatchObject({ labs: CATALOGUE.map(({ id }) => ({ id })) });
    expect(status).toBe(report?.ok ? 0 : 1);
    expect(tslab(['doctor']).stdout).toContain(LAB);
  });
});
