import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type FeatureName, needs } from '../support/needs.js';
import { output, runDetached, useOwnState } from './runtime-info/containers.js';
import { bareEnvironment, TSLAB, tslab } from './tslab.js';

useOwnState();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-completion-'));
  mkdirSync(join(folder, 'files/directory'), { recursive: true });
  writeFileSync(join(folder, 'files/document'), '');
  writeFileSync(join(folder, 'tslab'), `#!/bin/sh\nexec '${process.execPath}' -- '${TSLAB}' "$@"\n`, { mode: 0o755 });
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, shell), output('completion', shell));
  output('volume', 'create', 'data-of-one');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** In a directory with a file `document` and a directory `directory`; the scripts are one above. */
const surroundings = () => ({
  env: { ...bareEnvironment(), PATH: `${folder}:${process.env.PATH}`, HOME: folder },
  cwd: join(folder, 'files'),
});

/** The words that a shell offers behind a line, by the functions that its Tab calls. */
const OFFERED: Readonly<Record<string, (line: string) => string[]>> = {
  bash: (line) => {
    const ask = `COMP_LINE=$1; COMP_POINT=\${#1}; _tslab tslab; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf('bash', ['--norc', '-c', `compopt() { :; }; . ../bash; ${ask}`, 'bash', line]);
  },
  fish: (line) => {
    const lines = linesOf('fish', ['-c', `source ../fish; complete -C '${line}'`]);
    return lines.map((one) => one.split('\t')[0] ?? '');
  },
};

function linesOf(shell: string, words: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, words, { encoding: 'utf8', ...surroundings() });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

function needsShell(test: TestContext, shell: string): void {
  if (shell !== 'bash') needs(test, shell as FeatureName);
}

describe.each(Object.keys(OFFERED))('%s', (shell) => {
  it.for<[string, string[]]>([
    ['tslab rena', ['rename']],
    ['tslab 01', ['01-pid-namespace']],
    ['tslab container renam', ['rename']],
    ['tslab volume pr', ['prune']],
    ['tslab help system d', ['df']],
    ['tslab run --read-', ['--read-only']],
    ['tslab run --network ho', ['host']],
    ['tslab volume rm data', ['data-of-one']],
    ['tslab 03-cgroups --quo', ['--quota']],
    ['tslab 01-pid-namespace --hold mount', ['mount-proc']],
    ['tslab completion z', ['zsh']],
    ['tslab run --rootfs d', ['directory']],
    ['tslab run busybox --hel', []],
  ])('behind "%s" offers %j', ([line, words], test) => {
    needsShell(test, shell);
    expect(OFFERED[shell]?.(line).map((word) => word.replace(/\/$/, ''))).toEqual(words);
  });

  it('offers files where one is wanted', (test) => {
    needsShell(test, shell);
    const offered = OFFERED[shell]?.('tslab run --env-file d') ?? [];
    expect(offered.map((word) => word.replace(/\/$/, '')).sort()).toEqual(['directory', 'document']);
  });
});

/** The shells as they stand in front of a person: what they are told first, and what a Tab makes of a line. */
const SETUPS: Readonly<Record<string, readonly [command: string, setup: string]>> = {
  bash: ['bash --norc --noprofile -i', 'source <(tslab completion bash)'],
  zsh: ['zsh -f -i', 'autoload -U compinit; compinit -u -D; source <(tslab completion zsh)'],
};

describe.each(Object.entries(SETUPS))('%s at a terminal', (shell, [command, setup]) => {
  it.for([
    ['tslab contain', 'tslab container '],
    ['tslab run --read', 'tslab run --read-only '],
    ['tslab run --network=ho', '--network=host'],
    ['tslab volume inspect data', 'data-of-one'],
    ['tslab run --rootfs=dir', '--rootfs=directory/'],
  ])('makes of "%s" and a Tab "%s"', async ([line, completed], test) => {
    needsShell(test, shell);
    const child = spawn('script', ['-qec', command, '/dev/null'], surroundings());
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    const ended = once(child, 'close');
    child.stdin.write(`${setup}; PS1='rea''dy> '\n`);
    await untilSeen(() => seen.includes('ready> '));
    child.stdin.write(`${line}\t`);
    await untilSeen(
      () =>
        plain(seen)
          .split('ready> ')
          .at(-1)
          ?.includes(completed as string) === true,
    );
    child.stdin.write('\x15exit\n');
    await ended;
  });
});

/** Without what a line editor adds to move the cursor and to paint. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replace(/\x1b(\[[0-9;?]*[a-zA-Z]|[=>])/g, '').replaceAll('\x07', '');
}

async function untilSeen(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 20 }).toBe(true);
}

/** The words of an answer, without what they are about and without its last line. */
const answered = (...words: string[]) =>
  output('__complete', ...words)
    .split('\n')
    .slice(0, -2)
    .map((line) => line.split('\t')[0]);

describe('the answer to a Tab', () => {
  it('has all labs and commands, with what they are about', () => {
    const answer = output('__complete', '');
    for (const line of ['01-pid-namespace\tProcesses', 'run\tcreate', 'list\tlist the labs', 'system\t', 'volume\t'])
      expect(`\n${answer}`).toContain(`\n${line}`);
    expect(answer.endsWith('\n:\n')).toBe(true);
    expect(answered('container', 'l')).toEqual(['ls', 'logs']);
  });

  it('makes no state directory', () => {
    const nowhere = join(folder, 'nowhere');
    expect(tslab(['__complete', 'start', ''], { TSLAB_STATE: nowhere }).stdout).toBe(':\n');
    expect(tslab(['__complete', 'volume', 'rm', ''], { TSLAB_STATE: nowhere }).stdout).toBe(':\n');
    expect(existsSync(nowhere)).toBe(false);
  });

  it('names the containers with which the command can do something', (test) => {
    needs(test, 'root');
    runDetached('runs', 'exec sleep 1000');
    output('create', '--name', 'stands', 'busybox');
    expect(answered('stop', '')).toEqual(['runs']);
    expect(answered('container', 'start', '')).toEqual(['stands']);
    expect(answered('rm', '').sort()).toEqual(['runs', 'stands']);
    expect(answered('rm', 'runs', '')).toEqual(['stands']);
    expect(answered('unpause', '')).toEqual([]);
    expect(answered('exec', '-it', 'r')).toEqual(['runs']);
    expect(answered('exec', 'runs', 'r')).toEqual([]);
    expect(output('__complete', 'cp', 's')).toBe('stands:\tbusybox, created\n:files\n');
    output('rm', '-f', 'runs', 'stands');
  });

  it('is asked for by no script for a shell that tslab does not know', () => {
    expect(tslab(['completion', 'tcsh'])).toMatchObject({
      status: 2,
      stderr: 'tslab: there is no completion for "tcsh"\nThere is: bash, zsh, fish.\n',
    });
  });
});
