import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openCursor } from '../../../src/kernel/files/directory-cursor.js';
import { nodePath } from '../../../src/kernel/files/file-names.js';
import { LayerUnion } from '../../../src/rootfs/layer-union.js';
import { removeTree } from '../../../src/state/remove-tree.js';
import { diskUsage, fileBytes, paths } from '../../../src/state/tree.js';
import { makeDeepTree } from './deep-tree.js';
import { useTemporaryState } from './temporary-state.js';

const state = useTemporaryState();
// rmSync() of a test that has failed does not come to the end of such a tree.
afterEach(() => execFileSync('sh', ['-c', 'rm -rf "$0"/*', state()]));

function makeTree(): string {
  const top = join(state(), 'tree');
  mkdirSync(top);
  return top;
}

const SHAPES: readonly [what: string, levels: number, name: string][] = [
  ['40 levels of 200 characters', 40, 'n'.repeat(200)],
  ['2,500 levels of one character', 2500, 'd'],
];

describe.each(SHAPES)('a tree of %s', (_, levels, name) => {
  it('is measured, listed and removed', () => {
    const top = makeTree();
    makeDeepTree(top, levels, name);
    expect(diskUsage(top)).toBeGreaterThanOrEqual(4096);
    const found = paths(top);
    expect(found.length).toBe(levels + 1);
    expect(found.at(-1)).toBe(`${`${name}/`.repeat(levels)}leaf`);
    removeTree(top);
    expect(existsSync(top)).toBe(false);
  });
});

describe('the bytes of files', () => {
  it('are as long as each is, with holes, links and names counted as Docker does', () => {
    const top = makeTree();
    mkdirSync(join(top, 'directory'));
    writeFileSync(join(top, 'directory/file'), 'x'.repeat(1000));
    linkSync(join(top, 'directory/file'), join(top, 'another name'));
    writeFileSync(join(top, 'sparse'), '');
    truncateSync(join(top, 'sparse'), 1_000_000);
    symlinkSync('directory', join(top, 'link'));
    expect(fileBytes(top)).toBe(1000 + 1_000_000 + 'directory'.length);
    expect(diskUsage(top)).toBeLessThan(100_000);
  });
});

describe('the removal of a tree', () => {
  it('takes names of any bytes, files of any kind, closed directories', () => {
    const top = makeTree();
    mkdirSync(nodePath(join(top, 'd\udcff')));
    writeFileSync(nodePath(join(top, 'd\udcff/\udc80')), '');
    writeFileSync(join(top, 'a\nb\x1b'), '');
    execFileSync('mkfifo', [join(top, 'fifo')]);
    mkdirSync(join(top, 'closed/inside'), { recursive: true });
    chmodSync(join(top, 'closed'), 0);
    removeTree(top);
    expect(existsSync(top)).toBe(false);
  });

  it('follows no link, and leaves what has another name elsewhere', () => {
    const [top, elsewhere] = [makeTree(), join(state(), 'elsewhere')];
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'file'), 'kept');
    chmodSync(elsewhere, 0o500);
    symlinkSync(elsewhere, join(top, 'link'));
    linkSync(join(elsewhere, 'file'), join(top, 'hard'));
    removeTree(top);
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('kept');
    expect(statSync(elsewhere).mode & 0o777).toBe(0o500);
  });

  it('takes a link in the place of the directory, and not what it leads to', () => {
    const elsewhere = makeTree();
    symlinkSync(elsewhere, join(state(), 'link'));
    removeTree(join(state(), 'link'));
    expect(readdirSync(state())).toEqual(['tree']);
  });
});

describe('a cursor in a directory', () => {
  it('goes up only to where it came from', () => {
    const top = makeTree();
    mkdirSync(join(top, 'a/b'), { recursive: true });
    using cursor = openCursor(top);
    cursor.enter('a');
    cursor.enter('b');
    renameSync(join(top, 'a/b'), join(state(), 'b'));
    expect(() => cursor.leave()).toThrow('a/b was moved meanwhile');
    expect(() => cursor.enter('nothing')).toThrow('ENOENT');
    expect(cursor.pathTo('x')).toBe('a/b/x');
  });

  it('does not go down through a link', () => {
    const top = makeTree();
    symlinkSync('/etc', join(top, 'link'));
    using cursor = openCursor(top);
    expect(() => cursor.enter('link')).toThrow(/ENOTDIR|ELOOP/);
    expect(cursor.depth).toBe(0);
  });
});

describe('layers, as overlayfs would show them', () => {
  it('merge directories, and a file hides what is below it', () => {
    const [upper, lower] = ['upper', 'lower'].map((name) => join(state(), name)) as [string, string];
    for (const path of ['lower/both/x', 'lower/file/x', 'upper/both/y'])
      mkdirSync(join(state(), path), { recursive: true });
    writeFileSync(join(upper, 'file'), '');
    using union = new LayerUnion([upper, lower]);
    const namesHere = () =>
      union
        .entries()
        .map(({ name }) => name)
        .sort();
    expect(namesHere()).toEqual(['both', 'file']);
    union.enter({ name: 'both' });
    expect(namesHere()).toEqual(['x', 'y']);
    union.leave();
    union.enter({ name: 'file' });
    expect([namesHere(), union.topmost, union.has('x')]).toEqual([[], undefined, false]);
  });
});
