import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareLayer } from '../../../src/image/layer/compare.js';
import { adoptImplied } from '../../../src/image/layer/implied.js';
import { unpackLayer } from '../../../src/image/layer/unpack-layer.js';
import { onCall } from '../../../src/kernel/recorder.js';
import { hostileLayers } from '../../support/layers/hostile.js';
import type { HostileLayer } from '../../support/layers/hostile-case.js';
import { listing } from '../../support/layers/listing.js';
import { archive, member, pax } from '../../support/layers/raw-tar.js';
import { holdings } from '../../support/leftovers.js';
import { ORDINARY_USER } from '../../support/needs.js';

let here = '';
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-layer-'));
  for (const name of ['outside', 'layer']) mkdirSync(join(here, name));
  writeFileSync(join(here, 'outside/sentinel'), 'sentinel');
});
afterEach(() => rmSync(here, { recursive: true }));

const at = (name: string) => join(here, name);

/** The archive in pieces of some bytes. */
function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const unpack = (bytes: Buffer, size = 65_536) => unpackLayer(pieces(bytes, size), at('layer'));

const compare = (bytes: Buffer) => compareLayer(pieces(bytes, 65_536), at('layer'), 'theirs');

/** The names of the cases; their bytes name the directory that each test has anew. */
const NAMES = hostileLayers('/outside').map(({ name }) => name);

describe('a hostile layer', () => {
  it.each(NAMES)('%s touches nothing outside, and becomes what is expected', async (name) => {
    const { bytes, expected } = hostileLayers(at('outside')).find((one) => one.name === name) as HostileLayer;
    const before = holdings();
    const unpacked = unpack(bytes, name.length * 37);
    if (expected instanceof RegExp) await expect(unpacked).rejects.toThrow(expected);
    else {
      await unpacked;
      expect(listing(at('layer')).slice(0, expected.length || 99)).toEqual(expected);
      expect(await compare(bytes)).toEqual([]);
    }
    expect(listing(at('outside'))).toEqual(['sentinel 644 8']);
    expect(readFileSync(at('outside/sentinel'), 'utf8')).toBe('sentinel');
    expect(holdings()).toEqual(before);
  });
});

describe('an honest layer', () => {
  it.each(['gnu', 'pax', 'ustar'])('becomes, byte for byte, what GNU tar makes of it: %s', async (format) => {
    makeTree(at('tree'));
    const args = [`--format=${format}`, '--numeric-owner', '-C', at('tree'), '.'];
    const bytes = execFileSync('tar', ['cf', '-', ...args], { maxBuffer: 2 ** 28 });
    mkdirSync(at('theirs'));
    execFileSync('tar', ['xpf', '-', '--numeric-owner', '-C', at('theirs')], { input: bytes });
    await unpack(bytes, 10_007);
    expect(inWords(at('layer'))).toBe(inWords(at('theirs')));
    expect(sums(at('layer'))).toBe(sums(at('theirs')));
    expect(await compare(bytes)).toEqual([]);
  });

  it('differs from its archive where somebody has changed it', async () => {
    const files = ['content', 'size', 'gone', 'pipe'].map((name) => member({ name, content: 'as it was' }));
    const others = [
      member({ name: 'a/mode/', type: '5', mode: 0o755 }),
      member({ name: 'hard', type: '1', link: 'size' }),
      member({ name: 'link', type: '2', link: 'a' }),
      member({ name: 'owner' }),
      member({ name: '.wh.shown' }),
    ];
    const bytes = archive(...files, ...others);
    await unpack(bytes);
    expect(await compare(bytes)).toEqual([]);
    const changes = `printf 'as it WAS' > content; echo > size; rm gone pipe link shown; mkfifo pipe; chmod 700 a/mode
      ln -s b link; chown 1:2 owner; : > a/more`;
    execFileSync('sh', ['-ec', changes], { cwd: at('layer') });
    expect((await compare(bytes)).sort()).toEqual([
      '"/a/mode" has the mode 700, and not 755',
      '"/a/more" is not in the archive',
      '"/content" has another content',
      '"/gone" is missing',
      '"/hard" has 1 bytes, and not 9',
      '"/link" leads to "b", and not to "a"',
      '"/owner" belongs to 1:2, and not to 0:0',
      '"/pipe" is no file',
      '"/shown" is missing',
      '"/size" has 1 bytes, and not 9',
    ]);
  });

  it('may have files of more than a list holds, in pieces of any size', async () => {
    const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7) & 0xff));
    const bytes = archive(member({ name: 'a', content: big, mode: 0o4400 }), member({ name: 'b' }));
    const lists: string[] = [];
    const stop = onCall(({ call: { name }, by }) => by === 'tslab' && lists.push(name));
    await unpack(bytes, 5000);
    stop();
    expect(lists.filter((name) => name === 'clone').length).toBeGreaterThan(2);
    expect(readFileSync(at('layer/a')).equals(big)).toBe(true);
    expect(listing(at('layer'))).toEqual(['a 4400 3000000', 'b 644 0']);
  });

  it('may have thousands of files', async () => {
    const members = Array.from({ length: 3000 }, (_, i) => member({ name: `d${i % 7}/${i}`, content: `${i}` }));
    const { implied, size } = await unpack(archive(...members));
    expect(implied).toEqual([...[0, 1, 2, 3, 4, 5, 6].map((i) => `d${i}`), '']);
    expect(size).toBe(Array.from({ length: 3000 }, (_, i) => `${i}`.length).reduce((sum, one) => sum + one));
    expect(listing(at('layer'))).toHaveLength(3007);
  });

  it('says of its root that it hides all below: overlayfs has no mark for that', async () => {
    const { isOpaque, implied } = await unpack(archive(member({ name: '.wh..wh..opq' }), member({ name: 'f' })));
    expect([isOpaque, implied]).toEqual([true, ['']]);
  });
});

describe('a directory that a layer only has because of what is in it', () => {
  it('gets what the topmost layer below has, where that is to be seen', async () => {
    const lower = ['top', 'middle', 'bottom'].map(at);
    execFileSync('sh', ['-ec', LOWER], { cwd: here });
    const { implied } = await unpack(
      archive(...['tmp', 'a/b', 'new', 'gone', 'over'].map((name) => member({ name: `${name}/x` }))),
    );
    await adoptImplied({ directory: at('layer'), implied }, lower, 'theirs');
    expect(listing(at('layer')).filter((line) => line.includes('/ '))).toEqual([
      ...['a/ 700 5:6', 'a/b/ 2770', 'gone/ 755', 'new/ 755', 'over/ 755', 'tmp/ 1777'],
    ]);
    expect(statSync(at('layer/tmp')).mtimeMs).toBe(1_000_000_000_000);
  });
});

const LOWER = `mkdir -p top/a middle/tmp middle/a/b bottom/gone bottom/over bottom/tmp
  chmod 1777 middle/tmp; touch -d @1000000000 middle/tmp; chmod 2770 middle/a/b; chown 5:6 top/a; chmod 700 top/a
  chmod 700 bottom/*; mknod middle/gone c 0 0; touch top/over`;

describe('a layer that an ordinary user unpacks', () => {
  it.skipIf(!ORDINARY_USER)('belongs to that user, without devices, and one sentence says so of each', async () => {
    const owned = { uid: 7, gid: 8 };
    const members = [
      member({ name: 'd/', type: '5', mode: 0o1700, ...owned }),
      member({ name: 'd/f', content: 'x', mode: 0o4600, ...owned }),
      member({ name: 'd/.wh.gone' }),
      member({ name: 'd/.wh..wh..opq' }),
      ...['null', 'zero'].map((name) => member({ name, type: '3', device: [1, 3] })),
    ];
    chmodSync(here, 0o755);
    chownSync(at('layer'), ORDINARY_USER.uid as number, ORDINARY_USER.gid as number);
    const { stdout, stderr } = unpackInProcess(archive(...members), {
      ...ORDINARY_USER,
      log: 'unpacked.notes.join("\\n")',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'devices are left out, which only root may make: "null" and 1 more\n' +
        'all files belong to root: "d/" is 7:8 in the layer, and this user has one id (see /etc/subuid)\n',
    );
    const owner = `${ORDINARY_USER.uid}:${ORDINARY_USER.gid}`;
    expect(listing(at('layer'))).toEqual([
      `d/ 1700 ${owner} user.overlay.opaque=79`,
      `d/f 4600 1 ${owner}`,
      `d/gone whiteout ${owner}`,
    ]);
  });
});

describe('a layer that cannot be unpacked', () => {
  it('names the file, the call and what the kernel said', async () => {
    const bytes = archive(pax({ 'SCHILY.xattr.user.': 'x' }), member({ name: 'd/file', content: 'x' }));
    await expect(unpack(bytes)).rejects.toThrow(
      /^"d\/file" of the layer cannot be unpacked: fsetxattr\(\d+, "user\.".*failed: EINVAL/,
    );
  });

  it('is told of in words where the disk is full, or has no inodes left', async () => {
    const one = (options: string, bytes: Buffer) => inMountNamespace(at('layer'), options, bytes);
    const of = (count: number, content: string) =>
      archive(...Array.from({ length: count }, (_, i) => member({ name: `${i}`, content })));
    const large = archive(member({ name: 'large', content: Buffer.alloc(3_000_000) }));
    expect(one('size=1m', large)).toMatch(
      /"large" makes .* 3000000 bytes, more than the \d+ that are free on the disk/,
    );
    expect(one('size=1m', of(1000, 'x'))).toMatch(
      /"\d+" of the layer cannot be unpacked: write.*ENOSPC.*has 0 bytes left/s,
    );
    expect(one('nr_inodes=20', of(50, ''))).toMatch(
      /"\d+" of the layer.*: openat.*ENOSPC.*has space, but no inodes left/s,
    );
  });
});

/** Unpacks onto a small file system that nobody else sees; what was thrown. */
function inMountNamespace(directory: string, options: string, bytes: Buffer): string {
  const mounted = ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o ${options} none ${directory} && exec "$@"`, 'sh'];
  return unpackInProcess(bytes, { before: mounted }).stdout;
}

/** Unpacks in a process of its own (compiled code: npm run build). It prints `log`, or what was thrown. */
function unpackInProcess(bytes: Buffer, { before = [], log = '""', ...user }: InProcess) {
  writeFileSync(at('bytes'), bytes);
  const module = join(process.cwd(), 'dist/src/image/layer/unpack-layer.js');
  const script = `
    import { readFileSync } from 'node:fs';
    const { unpackLayer } = await import(${JSON.stringify(module)});
    try {
      const unpacked = await unpackLayer([readFileSync(${JSON.stringify(at('bytes'))})], ${JSON.stringify(at('layer'))});
      console.log(${log});
    } catch (error) {
      console.log(error.message + '\\n' + error.remedy);
    }`;
  const [file = '', ...args] = [...before, process.execPath, '--input-type=module', '-e', script];
  return spawnSync(file, args, { ...user, encoding: 'utf8' });
}

interface InProcess {
  readonly before?: readonly string[];
  readonly log?: string;
  readonly uid?: number;
  readonly gid?: number;
}

function makeTree(top: string): void {
  mkdirSync(join(top, 'd/deep/er'), { recursive: true });
  mkdirSync(join(top, 'sticky'));
  writeFileSync(join(top, 'd/file'), 'content\n'.repeat(5000));
  for (let i = 0; i < 500; i++) writeFileSync(join(top, `d/deep/${i}`), 'x'.repeat(i * 3));
  linkSync(join(top, 'd/file'), join(top, 'hard'));
  symlinkSync('../../etc', join(top, 'd/link'));
  writeFileSync(Buffer.from(`${top}/caf\xe9`, 'latin1'), '');
  const sh =
    'chmod 1777 sticky; chmod 2755 d/deep; chmod 4711 d/file; chown 7:8 d/deep/5 d/file; chown -h 9:9 d/link; chmod 4711 d/file';
  const more =
    'mkfifo pipe; mknod tty c 5 0; mknod disk b 300 70000; touch -d @1234567890 d/deep/9 d; touch -h -d @5 d/link';
  execFileSync('sh', ['-ec', `${sh}; ${more}`], { cwd: top });
}

function sums(top: string): string {
  const script = 'find . -type f -print0 | sort -z | xargs -0 sha256sum';
  return execFileSync('sh', ['-c', script], { cwd: top, encoding: 'latin1' });
}

/** Types, modes, owners, times, links and sizes. */
function inWords(top: string): string {
  const args = ['.', '-printf', '%p %y %m %U:%G %s %T@ %l %n\\n'];
  const text = execFileSync('sh', ['-c', `find "$@" | sort`, 'sh', ...args], { cwd: top, encoding: 'latin1' });
  // A directory has another size where files were made in another order.
  return text.replace(/^(\S+ d \S+ \S+) \d+/gm, '$1');
}
