import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadArchive } from '../../../src/image/archive/load.js';
import { findImage, imageDirectories } from '../../../src/image/store/images.js';
import { fromEtc, notedFiles, topOf } from '../../../src/image/store/stack.js';
import { guestOfLayers } from '../../../src/rootfs/guest-file.js';
import { Layers } from '../../../src/rootfs/layers.js';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';

let [here, base] = ['', Buffer.alloc(0)];
beforeAll(() => {
  base = execFileSync('tar', ['cf', '-', '-C', ensureRootfs().path, '.'], { maxBuffer: 2 ** 28 });
});
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-stack-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterEach(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
  return stdout + stderr;
}

/** An image of the name x: these layers on that of busybox. */
function load(...layers: readonly Buffer[]): Promise<unknown> {
  writeFileSync(join(here, 'x.tar'), dockerArchive([base, ...layers], {}, ['x']).bytes);
  return loadArchive(join(here, 'x.tar'));
}

const EVE = 'eve:x:7:8::/home/eve:/bin/sh\n';
const file = (name: string, content: string) => archive(member({ name, content }));
const link = (name: string, target: string) => archive(member({ name, type: '2', link: target }));

/** What the layers above busybox have, and where the user `eve` is told in all of them. */
const KINDS: Readonly<Record<string, readonly [layers: readonly Buffer[], noted: unknown]>> = {
  'in the topmost layer': [[file('a', ''), file('etc/passwd', EVE)], 2],
  'in a layer below others': [[file('etc/passwd', EVE), file('etc/a', ''), file('a', '')], 1],
  'behind a link to a file of a layer above': [[link('etc/passwd', '../usr/users'), file('usr/users', EVE)], 2],
  'behind a link in the place of /etc': [[link('etc', '/usr/etc'), file('usr/etc/passwd', EVE)], 2],
  'by no file: it was deleted': [[file('etc/passwd', EVE), file('etc/.wh.passwd', '')], ''],
  'by no file: a directory hides it': [[file('etc/passwd', EVE), archive(member({ name: 'etc/.wh..wh..opq' }))], ''],
  'by what is no file': [[archive(member({ name: 'etc/passwd', type: '6' }))], 1],
  'by a link to itself': [[link('etc/passwd', 'passwd')], undefined],
};

it.each(Object.entries(KINDS))(
  'where users are told %s, that is noted as an overlay shows it',
  async (_, [layers, noted]) => {
    await load(...layers);
    const chain = imageDirectories(findImage('x'));
    const files = notedFiles(join(here, 'upper'), chain);
    using all = new Layers(chain);
    const [found, known] = [guestOfLayers(all), guestOfLayers(all, files)].map((read) =>
      outcome(() => `${read('/etc/passwd')}`),
    );
    expect(known).toBe(found);
    const at = files['/etc/passwd'] && chain.findIndex((one) => files['/etc/passwd']?.startsWith(`${one}/`));
    expect(typeof at === 'number' ? chain.length - 1 - at : at).toBe(noted);
  },
);

/** What layers above busybox have, and how many of them need not be opened to find /etc. */
const ABOVE: Readonly<Record<string, readonly [layers: readonly Buffer[], above: number]>> = {
  'have none': [[file('a', ''), file('b', '')], 2],
  'have one, but for the topmost': [[file('etc/a', ''), file('b', '')], 1],
  'have a link in its place': [[link('etc', '/usr/etc'), file('usr/etc/a', ''), file('b', '')], 0],
  'have a file in its place': [[file('etc', 'x'), file('b', '')], 1],
  'have deleted it': [[file('.wh.etc', ''), file('b', '')], 0],
};

it.each(Object.entries(ABOVE))(
  'where layers above %s, /etc is found from the topmost on that says what it is',
  async (_, [layers, above]) => {
    await load(...layers);
    const chain = imageDirectories(findImage('x'));
    expect(fromEtc(chain)).toEqual(chain.slice(above));
    using all = new Layers(chain);
    using fewer = new Layers(fromEtc(chain));
    const [found, known] = [all, fewer].map((some) =>
      outcome(() => `${some.resolve('/etc')} ${inodeOf(some.open('/etc'))}`),
    );
    expect(known).toBe(found);
  },
);

function inodeOf(fd: number | undefined): number | undefined {
  if (fd === undefined) return undefined;
  using _ = { [Symbol.dispose]: () => closeSync(fd) };
  return fstatSync(fd).ino;
}

function outcome(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return `${error}`;
  }
}

describe('what is noted of an image for its starts', () => {
  it('gives way to what a container has written', async () => {
    await load(file('etc/passwd', EVE));
    tslab('create', '--name', 'made', '-u', 'eve', '--network', 'none', 'x', 'id', '-u');
    writeFileSync(join(here, 'passwd'), EVE.replace(':7:', ':9:'));
    tslab('cp', join(here, 'passwd'), 'made:/etc/passwd');
    expect(tslab('start', '-a', 'made')).toBe('9\n');
    tslab('rm', 'made');
  });

  it('is noted again where a layer was lost, which is unpacked again', async () => {
    await load(file('a', 'a\n'), file('b', 'b\n'));
    const [top = '', middle = ''] = imageDirectories(findImage('x'));
    for (const lost of [top, middle]) {
      rmSync(dirname(lost), { recursive: true });
      expect(tslab('run', '--rm', '--network', 'none', 'x', 'cat', 'a', 'b')).toBe('a\nb\n');
    }
  });

  it('goes with the image', async () => {
    await load(file('a', ''));
    const tops = dirname(topOf(findImage('x').id));
    expect(readdirSync(tops)).toHaveLength(1);
    tslab('rmi', 'x');
    expect(readdirSync(tops)).toEqual([]);
  });
});
