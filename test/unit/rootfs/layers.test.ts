import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotReadable } from '../../../src/kernel/files/regular-file.js';
import { guestOfLayers } from '../../../src/rootfs/guest-file.js';
import { Layers } from '../../../src/rootfs/layers.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-layers-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A layer with files; `->` makes a link, undefined a directory. */
function layer(name: string, files: Record<string, string | undefined>): string {
  mkdirSync(join(directory, name));
  for (const [path, text] of Object.entries(files)) {
    const at = join(directory, name, path);
    mkdirSync(text === undefined ? at : dirname(at), { recursive: true });
    if (text?.startsWith('-> ')) symlinkSync(text.slice(3), at);
    else if (text !== undefined) writeFileSync(at, text);
  }
  return join(directory, name);
}

function read(layers: readonly string[], path: string): string | undefined {
  using open = new Layers(layers);
  return guestOfLayers(open)(path)?.toString();
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a file in the layers of an overlay', () => {
  it('is the topmost one', () => {
    const layers = [layer('top', { 'etc/a': 'top' }), layer('low', { 'etc/a': 'low', 'etc/b': 'b' })];
    expect(read(layers, '/etc/a')).toBe('top');
    expect(read(layers, '/etc/b')).toBe('b');
    expect(read(layers, '/etc/c')).toBeUndefined();
    expect(read([join(directory, 'not-made-yet'), ...layers], '/etc/b')).toBe('b');
  });

  it('is hidden by a file or a link above it, on the way too', () => {
    const low = layer('low', { 'etc/a': 'low', 'other/a': 'other' });
    expect(read([layer('file', { etc: 'a file' }), low], '/etc/a')).toBeUndefined();
    expect(read([layer('link', { etc: '-> other' }), low], '/etc/a')).toBe('other');
    expect(
      read([layer('kept', { etc: undefined }), layer('link2', { etc: '-> other' }), low], '/etc/a'),
    ).toBeUndefined();
  });

  it('opens no more layers than the path asks for', () => {
    const top = layer('top', { 'etc/a': 'top', 'etc/d/x': 'x' });
    const lower = ['1', '2', '3'].map((name) => layer(name, { [`etc/${name}`]: 'low' }));
    const before = descriptors();
    using layers = new Layers([top, ...lower]);
    expect(layers.resolve('/etc/d')).toBe('/etc/d');
    expect(descriptors() - before).toBe(2);
    expect(guestOfLayers(layers)('/etc/2')?.toString()).toBe('low');
    expect(descriptors() - before).toBeLessThan(9);
  });

  it('is found through links from one layer into another, never out of them', () => {
    const top = layer('top', {
      'etc/a': '-> /usr/x',
      'etc/up': '-> ../../../../usr/x',
      'etc/host': '-> /etc/hostname',
    });
    const layers = [top, layer('low', { 'usr/x': 'x', usr2: '-> usr', 'etc/far': '-> ../usr2/./x' })];
    expect(['a', 'up', 'far'].map((name) => read(layers, `/etc/${name}`))).toEqual(['x', 'x', 'x']);
    expect(read(layers, '/etc/host')).toBeUndefined();
    expect(read(layers, '/../../etc/a')).toBe('x');
  });

  it('is told by its name where it cannot be read: a loop, a directory, a FIFO, too much', () => {
    const top = layer('top', { 'etc/loop': '-> loop', 'etc/directory': undefined, 'etc/large': 'x'.repeat(1_048_577) });
    execFileSync('mkfifo', [join(top, 'etc/fifo')]);
    const refused = (name: string) => expect(() => read([top], `/etc/${name}`));
    refused('loop').toThrow(new NotReadable("the container's /etc/loop cannot be opened: ELOOP"));
    refused('directory').toThrow("the container's /etc/directory is not a regular file");
    refused('fifo').toThrow("the container's /etc/fifo is not a regular file");
    refused('large').toThrow("the container's /etc/large has more than 1048576 bytes");
    expect(read([top], '/etc/large/below')).toBeUndefined();
  });
});

describe('a path in the layers, without links', () => {
  const resolve = (layers: readonly string[], path: string, ...covered: string[]) => {
    using open = new Layers(layers);
    return open.resolve(path, new Set(covered));
  };

  it('is where links lead, from one layer into another and never out of them', () => {
    const top = layer('top', { run: undefined, 'var/run': '-> /run', 'var/up': '-> ../../../../run/./x' });
    const layers = [top, layer('low', { 'run/x': undefined, away: '-> /proc/sys' })];
    expect(resolve(layers, '/var/run/docker.sock')).toBe('/run/docker.sock');
    expect(resolve(layers, '/var/up/y')).toBe('/run/x/y');
    expect(resolve(layers, '/away/kernel')).toBe('/proc/sys/kernel');
    expect(resolve(layers, '/var/../../run')).toBe('/run');
  });

  it('is as it was where nothing is, also behind a link that dangles or a file', () => {
    const layers = [layer('top', { dangling: '-> nowhere/../proc', file: 'text' })];
    expect(resolve(layers, '/a/b')).toBe('/a/b');
    expect(resolve(layers, '/dangling/b')).toBe('/proc/b');
    expect(resolve(layers, '/file/b')).toBe('/file/b');
  });

  it('goes no further into a place that something is mounted on', () => {
    const layers = [layer('top', { 'data/link': '-> /proc', here: '-> data' })];
    expect(resolve(layers, '/data/link')).toBe('/proc');
    expect(resolve(layers, '/data/link', '/data')).toBe('/data/link');
    expect(resolve(layers, '/here/link', '/data')).toBe('/data/link');
  });

  it('is none where links go round', () => {
    expect(() => resolve([layer('top', { loop: '-> loop' })], '/loop/x')).toThrow(/more than 40 symbolic links/);
  });
});

describe('layers that are asked several times', () => {
  it('give the same answers as at the first time, and leave no descriptor open', () => {
    const top = layer('top', { etc: undefined, 'usr/x': 'x', run: '-> /usr', loop: '-> loop' });
    const paths = ['/run/x', '/etc/none', '/etc/../run/x', '/nothing', '/run', '/usr/x/below'];
    const before = readdirSync('/proc/self/fd').length;
    {
      using layers = new Layers([top, layer('low', { 'etc/a': 'a' })]);
      const first = paths.map((path) => layers.resolve(path));
      expect(() => layers.resolve('/loop')).toThrow(/links/);
      expect(paths.map((path) => layers.resolve(path))).toEqual(first);
      expect(guestOfLayers(layers)('/etc/a')?.toString()).toBe('a');
    }
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});
