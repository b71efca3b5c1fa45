import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { codePath } from '../../src/cli/code-places.js';
import { needs, ORDINARY_USER } from '../support/needs.js';
import { otherNodes, removeOtherNodes } from '../support/other-nodes.js';
import { bareEnvironment, TSLAB } from './tslab.js';

/** The file that says `Run one:`. */
const CHUNK = 'list.cjs';
const PACKAGE = dirname(dirname(dirname(TSLAB)));

describe('compiled code', () => {
  it('is made at the end of the first run, and taken by the next', () => {
    const copy = withoutCode();
    expect(list(copy)).toContain('Run one:');
    const kept = join(copy, basename(codePath(CHUNK)));
    const { ino } = statSync(kept);
    expect(list(copy)).toContain('Run one:');
    expect(statSync(kept).ino).toBe(ino);
    expect(readdirSync(copy).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is not taken for a text of the same length and age', () => {
    const copy = withCode();
    const file = join(copy, CHUNK);
    const { atime, mtime } = statSync(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('Run one:', 'Run two:'));
    utimesSync(file, atime, mtime);
    expect(list(copy)).toContain('Run two:');
  });

  it.each<[string, (path: string) => void]>([
    ['cut off', (path) => truncateSync(path, statSync(path).size >> 1)],
    ['cut off near its end', (path) => truncateSync(path, statSync(path).size - 8)],
    ['empty', (path) => truncateSync(path, 0)],
    ['full of zeros', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['full of something else', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 'garbage'))],
    ['wrong in one byte', (path) => writeFileSync(path, flipped(readFileSync(path), 1000))],
    ['a directory', (path) => [rmSync(path), mkdirSync(path)]],
    ['a FIFO', (path) => [rmSync(path), spawnSync('mkfifo', [path])]],
    ['a link that leads to itself', (path) => [rmSync(path), symlinkSync(path, path)]],
    ['a link to other code', (path) => [renameSync(path, `${path}.moved`), symlinkSync(`${path}.moved`, path)]],
  ])('that is %s is not taken', (_, damage) => {
    const copy = withCode();
    damage(join(copy, basename(codePath(CHUNK))));
    expect(list(copy)).toContain('Run one:');
  });

  it.each([0o664, 0o646])('that others could have written is not taken: mode %o', (mode) => {
    const copy = withForeignCode();
    expect(list(copy)).toContain('Run two:');
    chmodSync(join(copy, basename(codePath(CHUNK))), mode);
    expect(list(copy)).toContain('Run one:');
  });

  it('in a directory where others can write is not taken', () => {
    const copy = withForeignCode();
    chmodSync(copy, 0o777);
    expect(list(copy)).toContain('Run one:');
  });

  it('of another user is not taken', (test) => {
    needs(test, 'root');
    const copy = withForeignCode();
    chownSync(join(copy, basename(codePath(CHUNK))), 65534, 65534);
    expect(list(copy)).toContain('Run one:');
  });

  it('is kept by a user in his own directory, where that of the package is not his', (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const copy = withoutCode();
    const cache = ownCache();
    expect(list(copy, process.execPath, { ...ORDINARY_USER, cache })).toContain('Run one:');
    const kept = readdirSync(join(cache, 'tslab')).map((name) => statSync(join(cache, 'tslab', name)));
    expect(kept.map(({ uid, mode }) => [uid, mode & 0o777])).toContainEqual([65534, 0o600]);
    expect(codeIn(copy)).toEqual([]);
    expect(list(copy, process.execPath, { ...ORDINARY_USER, cache })).toContain('Run one:');
  });

  it("stands in nobody's way where nothing can be written", (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const run = () => list(withoutCode(), process.execPath, { ...ORDINARY_USER, cache: '/proc/nowhere' });
    expect(run()).toContain('Run one:');
  });

  it('that V8 refuses, for its options, is compiled as ever', () => {
    const { stdout } = spawnSync(process.execPath, ['--no-opt', join(withCode(), 'tslab.cjs'), 'list'], OPTIONS);
    expect(stdout).toContain('Run one:');
  });

  it('stays as it was where a run of `read`, which sets an option of V8, comes to code that V8 then refuses', () => {
    const inodes = () => codeIn(dirname(TSLAB)).map((name) => [name, statSync(join(dirname(TSLAB), name)).ino]);
    const before = inodes();
    const { stdout } = spawnSync(process.execPath, [TSLAB, 'read', '01', '--plain'], OPTIONS);
    expect(stdout).toContain('01-pid-namespace');
    expect(inodes()).toEqual(before);
  });
});

describe('another version of node', () => {
  beforeEach((test) => needs(test, 'other versions of node'), 300_000);
  afterAll(removeOtherNodes);

  it('does not take what this one has compiled, nor this one what that has', () => {
    const nodes = [process.execPath, ...(otherNodes() as string[])];
    for (const builder of nodes) {
      const copy = withoutCode();
      list(copy, builder);
      const kept = join(copy, codeIn(copy).find((name) => name.startsWith(CHUNK)) as string);
      for (const node of nodes) {
        const { stdout } = spawnSync(node, ['-p', 'process.version'], OPTIONS);
        const theirs = join(copy, `${CHUNK}.${stdout.trim()}-${process.arch}.cache`);
        if (theirs !== kept) copyFileSync(kept, theirs);
        expect([builder, node, list(copy, node)]).toEqual([builder, node, expect.stringContaining('Run one:')]);
      }
    }
  }, 120_000);
});

const OPTIONS = { encoding: 'utf8', env: bareEnvironment() } as const;

interface Runner {
  readonly uid?: number;
  readonly gid?: number;
  readonly cache?: string;
}

/** What `tslab list` prints; how it ended where that is not 0. */
function list(folder: string, node = process.execPath, { cache = '', ...user }: Runner = {}): string {
  const env = { ...OPTIONS.env, XDG_CACHE_HOME: cache };
  const { status, signal, stdout, stderr } = spawnSync(node, [join(folder, 'tslab.cjs'), 'list'], {
    ...OPTIONS,
    ...user,
    env,
    cwd: '/',
    timeout: 20_000,
  });
  return status === 0 ? stdout : `${status} ${signal} ${stderr}`;
}

/** The built program in a package of its own. */
function withoutCode(): string {
  const root = mkdtempSync(join(tmpdir(), 'tslab-code-'));
  onTestFinished(() => removeOwnCode(root));
  onTestFinished(() => rmSync(root, { recursive: true }));
  chmodSync(root, 0o755);
  for (const name of ['labs', 'lessons', 'node_modules']) symlinkSync(join(PACKAGE, name), join(root, name));
  copyFileSync(join(PACKAGE, 'package.json'), join(root, 'package.json'));
  const folder = join(root, 'dist/bin');
  const isWanted = (path: string) => !/\.(cache|map)$/.test(path);
  cpSync(dirname(TSLAB), folder, { recursive: true, filter: isWanted });
  return folder;
}

/** What root keeps where the directory of the package is not trusted. */
function removeOwnCode(root: string): void {
  const directory = '/var/cache/tslab';
  const names = existsSync(directory) ? readdirSync(directory) : [];
  for (const name of names) if (name.startsWith(encodeURIComponent(root))) rmSync(join(directory, name));
}

function withCode(): string {
  const folder = withoutCode();
  list(folder);
  expect(codeIn(folder)).not.toEqual([]);
  return folder;
}

/** Code that belongs to the text and says something else: what somebody would put there who wants it to be executed. */
function withForeignCode(): string {
  const folder = withoutCode();
  const file = join(folder, CHUNK);
  const text = readFileSync(file);
  writeFileSync(file, text.toString().replace('Run one:', 'Run two:'));
  list(folder);
  const kept = join(folder, basename(codePath(CHUNK)));
  const code = readFileSync(kept);
  writeFileSync(kept, Buffer.concat([code.subarray(0, code.length - text.length), text]));
  writeFileSync(file, text);
  return folder;
}

function codeIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.cache'));
}

/** A directory for a user's XDG_CACHE_HOME. */
function ownCache(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-cache-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  chownSync(directory, 65534, 65534);
  return directory;
}

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}
