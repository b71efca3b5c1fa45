import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HardLinks } from '../../../src/container/files/hard-links.js';
import { findContainer } from '../../../src/container/store/find.js';
import { killInit, output, removeBehindEach, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-links-'));
  mkdirSync(join(here, 'tree/sub/below'), { recursive: true });
  writeFileSync(join(here, 'tree/one'), 'text\n', { mode: 0o640 });
  for (const name of ['tree/sub/two', 'tree/sub/below/three', 'outside'])
    linkSync(join(here, 'tree/one'), join(here, name));
  writeFileSync(join(here, 'tree/other'), 'text\n');
});
afterAll(() => rmSync(here, { recursive: true }));

/** Inode and number of names of each file of the tree that was copied. */
function filesIn(directory: string) {
  const stats = (name: string) => lstatSync(join(directory, name), { bigint: true });
  const linked = ['one', 'sub/two', 'sub/below/three'].map(stats);
  return { linked: linked.map(({ ino }) => ino), names: linked.map(({ nlink }) => nlink), other: stats('other') };
}

function expectLinked(directory: string): void {
  const { linked, names, other } = filesIn(directory);
  expect(new Set(linked).size).toBe(1);
  // The name outside of what was copied is none of the copy.
  expect(names).toEqual([3n, 3n, 3n]);
  expect(linked).not.toContain(other.ino);
  expect(other.nlink).toBe(1n);
  expect(readFileSync(join(directory, 'sub/below/three'), 'utf8')).toBe('text\n');
}

describe.skipIf(!isRoot)('hard links and tslab cp (skipped without root)', () => {
  it.each(['running', 'stopped'])(
    'are kept into a container that is %s, out of it, and over what is there',
    async (name) => {
      const container = runDetached(name, 'mkdir /w; exec sleep 1000');
      const upper = (path: string) => join(container.directory, 'upper', path);
      await until(() => lstatSync(upper('w'), { throwIfNoEntry: false }) !== undefined);
      if (name === 'stopped') await killInit(container);
      for (let time = 0; time < 2; time++) {
        output('cp', `${here}/tree`, `${name}:/w`);
        expectLinked(upper('w/tree'));
      }
      for (let time = 0; time < 2; time++) {
        output('cp', `${name}:/w/tree/.`, join(here, `out-${name}`));
        expectLinked(join(here, `out-${name}`));
      }
      expect(lstatSync(join(here, `out-${name}/one`)).mode & 0o777).toBe(0o640);
    },
  );

  it('are names of one file for the container, which writes to all at once', async () => {
    runDetached('writer', 'while [ ! -e /tree/other ]; do sleep 0.05; done; echo more >> /tree/one; exec sleep 1000');
    output('cp', `${here}/tree`, 'writer:/');
    const { directory } = findContainer('writer');
    await until(() => readFileSync(join(directory, 'upper/tree/sub/two'), 'utf8') === 'text\nmore\n');
    expect(readFileSync(join(here, 'tree/one'), 'utf8')).toBe('text\n');
  });
});

describe('a copy that is replaced before its next name comes', () => {
  const place = (directory: number, name: string) => ({ directory, name, shown: name });

  it.each([
    ['a link out of the tree', (path: string) => symlinkSync('/etc/passwd', path)],
    ['another file', (path: string) => writeFileSync(path, 'of another')],
    ['nothing', () => {}],
  ])('by %s is not linked, and the name is left to be copied', (_, replace) => {
    const to = mkdtempSync(join(here, 'to-'));
    const [source, target] = [openSync(join(here, 'tree'), 'r'), openSync(to, 'r')];
    using links = new HardLinks(target);
    writeFileSync(join(to, 'one'), 'text\n');
    linkSync(join(to, 'one'), join(here, `kept-${to.slice(-6)}`)); // its inode is not used again
    links.note(place(source, 'one'), place(target, 'one'), 'one');
    rmSync(join(to, 'one'));
    replace(join(to, 'one'));
    expect(links.link(place(source, 'one'), place(target, 'two'))).toBe(false);
    expect(lstatSync(join(to, 'two'), { throwIfNoEntry: false })).toBeUndefined();
    for (const fd of [source, target]) closeSync(fd);
  });

  it('in a directory that became a link is not linked', () => {
    const to = mkdtempSync(join(here, 'to-'));
    const [source, target] = [openSync(join(here, 'tree'), 'r'), openSync(to, 'r')];
    using links = new HardLinks(target);
    mkdirSync(join(to, 'real'));
    writeFileSync(join(to, 'real/one'), 'text\n');
    const real = openSync(join(to, 'real'), 'r');
    links.note(place(source, 'one'), place(real, 'one'), 'sub/one');
    symlinkSync('real', join(to, 'sub'));
    expect(links.link(place(source, 'one'), place(target, 'two'))).toBe(false);
    for (const fd of [source, target, real]) closeSync(fd);
  });
});
