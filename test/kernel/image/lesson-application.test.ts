import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.js';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-application-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterEach(() => void tslab('rm', '-f', 'web'));
afterAll(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8', stdio: 'pipe' });
}

describe('the application of lesson 11', () => {
  it('greets, on node', async (test) => {
    needs(test, 'root');
    await runs('app.js', 'good morning from 1, version 1\n');
  });

  it('greets, on Flask', async (test) => {
    needs(test, 'root');
    needs(test, 'Flask');
    await runs('app.py', 'good morning from 1\n');
  });
});

/** Builds what the lesson writes into files, and asks the container at the port that the lesson publishes. */
async function runs(program: string, greeting: string): Promise<void> {
  const context = join(here, program);
  mkdirSync(context);
  for (const [name, text] of filesWith(program)) writeFileSync(join(context, name), text);
  tslab('build', '-q', '-t', 'web:1', context);
  tslab('run', '-d', '--name', 'web', '--network', 'none', 'web:1');
  await expect.poll(asked, { timeout: 20_000 }).toBe(greeting);
  expect(tslab('exec', 'web', 'id', '-un')).toBe('nobody\n');
}

/** Nothing, until the program listens. */
function asked(): string {
  try {
    return tslab('exec', 'web', 'wget', '-qO-', 'http://127.0.0.1:1234/');
  } catch {
    return '';
  }
}

/** The files of that block of the lesson which writes this program: `cat >NAME <<'END'`. */
function filesWith(program: string): (readonly [name: string, text: string])[] {
  const lesson = readFileSync('lessons/en/11-images.md', 'utf8');
  const block = lesson.split('```sh by-hand\n').find((one) => one.includes(`cat >${program} `)) ?? '';
  return [...block.matchAll(/^cat >(\S+) <<'END'\n(.*?)^END$/gms)].map(([, name = '', text = '']) => [name, text]);
}
