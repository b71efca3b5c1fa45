import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodePath } from '../../../src/kernel/files/file-names.js';
import { paths } from '../../../src/state/tree.js';
import { copyUp } from '../../../src/volume/copy-up.js';
import { ensureVolume } from '../../../src/volume/volumes.js';
import { makeDeepTree } from '../state/deep-tree.js';
import { useTemporaryState } from '../state/temporary-state.js';

const state = useTemporaryState();

describe('an empty volume', () => {
  it('gets what the image has there, modes and links included', () => {
    const layer = makeLayer('one', { 'data/a': 'A', 'data/sub/b': 'B' });
    symlinkSync('/etc/passwd', join(layer, 'data/link'));
    chmodSync(join(layer, 'data/a'), 0o4711);
    chmodSync(join(layer, 'data'), 0o750);
    const source = fill([layer]);
    expect(readFileSync(join(source, 'sub/b'), 'utf8')).toBe('B');
    expect(readlinkSync(join(source, 'link'))).toBe('/etc/passwd');
    expect([source, join(source, 'a')].map((path) => (lstatSync(path).mode & 0o7777).toString(8))).toEqual([
      '750',
      '4711',
    ]);
    expect(readdirSync(dirname(source)).sort()).toEqual(['_data', 'lock', 'volume.json']);
  });

  it('gets the topmost of what several layers have', () => {
    const top = makeLayer('top', { 'data/a': 'new', 'data/c': 'C', 'data/file': 'no directory any more' });
    const source = fill([top, makeLayer('bottom', { 'data/a': 'old', 'data/b': 'B', 'data/file/x': 'X' })]);
    expect(readdirSync(source).sort()).toEqual(['a', 'b', 'c', 'file']);
    expect(readFileSync(join(source, 'a'), 'utf8')).toBe('new');
    expect(lstatSync(join(source, 'file')).isFile()).toBe(true);
  });

  it('stays empty where the image has nothing there, or a file', () => {
    const layer = makeLayer('one', { data: 'a file' });
    expect(readdirSync(fill([layer]))).toEqual([]);
    expect(readdirSync(fill([layer], '/other'))).toEqual([]);
  });

  it('gets nothing through a symbolic link, which in an image may lead to the host', () => {
    const layer = makeLayer('one', { 'x/file': 'X' });
    symlinkSync('/etc', join(layer, 'data'));
    symlinkSync('/', join(layer, 'root'));
    expect(readdirSync(fill([layer]))).toEqual([]);
    expect(readdirSync(fill([layer], '/root/etc'))).toEqual([]);
  });
});

describe('a volume with something in it', () => {
  it('stays as it is', () => {
    writeFileSync(join(ensureVolume('data').source, 'mine'), '');
    expect(readdirSync(fill([makeLayer('one', { 'data/a': 'A' })]))).toEqual(['mine']);
  });

  it('is filled to the end where the copy was cut off, without touching what is there', () => {
    const { source } = ensureVolume('data');
    mkdirSync(join(dirname(source), 'copying'));
    writeFileSync(join(source, 'a'), 'changed since');
    fill([makeLayer('one', { 'data/a': 'A', 'data/b': 'B' })]);
    expect(readFileSync(join(source, 'a'), 'utf8')).toBe('changed since');
    expect(readFileSync(join(source, 'b'), 'utf8')).toBe('B');
  });
});

/** The volume's data after it was filled with what the layers have at a path. */
function fill(layers: readonly string[], target = '/data'): string {
  const { source } = ensureVolume('data');
  copyUp(layers, target, source);
  return source;
}

function makeLayer(name: string, files: Record<string, string>): string {
  const layer = join(state(), name);
  mkdirSync(layer);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(layer, path)), { recursive: true });
    writeFileSync(join(layer, path), text);
  }
  return layer;
}

describe('what an image has', () => {
  it('is copied under names that are no UTF-8, and however deep', () => {
    const layer = makeLayer('one', { 'data/plain': 'P' });
    mkdirSync(nodePath(join(layer, 'data/d\udcff')));
    writeFileSync(nodePath(join(layer, 'data/d\udcff/caf\udce9')), 'C');
    makeDeepTree(join(layer, 'data'), 30, 'n'.repeat(200));
    const source = fill([layer]);
    expect(readFileSync(nodePath(join(source, 'd\udcff/caf\udce9')), 'utf8')).toBe('C');
    expect(
      paths(source)
        .filter((path) => path.endsWith('/leaf'))
        .map((path) => path.length),
    ).toEqual([30 * 201 + 4]);
    for (const directory of [layer, source]) execFileSync('rm', ['-r', directory]);
  });
});
