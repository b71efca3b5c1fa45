import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/image/digest.js';
import { chainIds } from '../../../src/image/ids.js';
import type { DiffSource } from '../../../src/image/layer/changed-tree.js';
import { OCI_LAYER } from '../../../src/image/manifest.js';
import { commitLayer } from '../../../src/image/store/commit-layer.js';
import { imageDirectories } from '../../../src/image/store/images.js';
import { lowerDirectories } from '../../../src/image/store/layers.js';
import { blobPath, imagesDirectory } from '../../../src/image/store/layout.js';
import { newImage } from '../../../src/image/store/new-image.js';
import { addLayer } from '../../../src/image/store/new-layer.js';
import { call } from '../../../src/kernel/call.js';
import { lsetxattr } from '../../../src/kernel/calls/index.js';
import { listing } from '../../support/layers/listing.js';

let here = '';
const before = process.env.TSLAB_STATE;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-diff-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterEach(() => {
  delete process.env.SOURCE_DATE_EPOCH;
  if (before === undefined) delete process.env.TSLAB_STATE;
  else process.env.TSLAB_STATE = before;
  rmSync(here, { recursive: true });
});

const at = (name: string) => join(here, name);

const BASE = `mkdir -p bin tmp gone/deep again/deep old/sub same; chmod 1777 tmp; echo a > bin/a; ln bin/a bin/b
  echo x > gone/deep/x; echo x > again/deep/x; echo y > old/sub/y; echo deleted > deleted; echo f > becomes; mkdir dir; echo z > dir/z
  printf x > "$(printf 'caf\\351')"; touch -d @1000000000.123456789 same bin`;

const CHANGES = `rm deleted; rm -r gone; rm -r again; mkdir again; echo new > again/new; mv old new
  rm becomes; mkdir becomes; rm -r dir; echo d > dir; rm "$(printf 'caf\\351')"; echo n > "$(printf 'caf\\350')"
  echo one > hard; ln hard harder; ln -s hard soft; ln soft softer; printf more >> bin/b
  cp /bin/true suid; chown 7:8 suid; chmod 6755 suid; cp /bin/true able
  mkfifo pipe; mknod null c 1 3; mknod disk b 300 70000; mkdir sticky; chmod 1777 sticky; chown 5:6 sticky
  mkdir "$(printf '\\360\\237\\230\\200')" "$(printf '\\357\\274\\241')"; touch -d @1234567890.987654321 again sticky hard
  mkdir -p deep/er/est; : > empty; head -c 300000 /dev/urandom > big`;

/** Does something in an overlay over some layers, which nobody else sees; what the overlay then shows, with times and sums. */
function inOverlay({ upper, lower }: Layered, script: string): string {
  for (const name of [upper, at('work'), at('merged')]) mkdirSync(name, { recursive: true });
  const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${at('work')},index=off,redirect_dir=nofollow`;
  const mount = `mount -t overlay none -o ${options} ${at('merged')}; cd ${at('merged')}; { ${script}\n } >&2; ${SHOWN}`;
  return execFileSync('unshare', ['-m', 'sh', '-ec', mount], { encoding: 'latin1' });
}

type Layered = Pick<DiffSource, 'upper' | 'lower'>;

const SHOWN = `{ find . -mindepth 1 ! -type d -printf '%p %y %m %U:%G %s %T@ %l %n\\n'
  find . -mindepth 1 -type d -printf '%p %y %m %U:%G %T@\\n'; find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sort`;

/** cap_net_raw+ep: capabilities(7), struct vfs_cap_data. */
const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');

function setAttributes(upper: string): void {
  call(lsetxattr(join(upper, 'able'), 'security.capability', CAPABILITY));
  call(lsetxattr(join(upper, 'again'), 'user.mine', Buffer.from('2')));
  for (const name of ['user.mine', 'trusted.mine']) call(lsetxattr(join(upper, 'hard'), name, Buffer.from('1')));
}

/** The layer of a tree without any below, as an image's first. */
async function layerOf(script: string): Promise<Digest> {
  execFileSync('sh', ['-ec', `mkdir ${at('tree')}; cd ${at('tree')}; ${script}`]);
  return (await commitLayer({ upper: at('tree'), lower: [], privileged: true }, [])).diffId;
}

/** The names in a blob, in their order, as GNU tar tells them. */
function namesIn(digest: Digest): string[] {
  return execFileSync('tar', ['tf', blobPath(digest), '--quoting-style=literal'], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

describe('the layer of what changed in an overlay', () => {
  it('shows the same files where it is unpacked, and has the same bytes each time', async () => {
    const below = [await layerOf(BASE)];
    const lower = lowerDirectories(chainIds(below));
    const source = { upper: at('upper'), lower, privileged: true };
    const shown = inOverlay(source, CHANGES);
    setAttributes(at('upper'));
    const { diffId, descriptor, leftOut } = await commitLayer(source, below);
    expect((await commitLayer(source, below)).descriptor).toEqual(descriptor);
    expect(leftOut).toEqual([]);
    const [own = '', ...others] = lowerDirectories(chainIds([...below, diffId]));
    expect(inOverlay({ upper: at('other'), lower: [own, ...others] }, ':')).toBe(shown);
    const attributes = listing(own).filter((line) => /=|opaque/.test(line));
    expect(attributes).toEqual([
      expect.stringMatching(/^able 755 .* security\.capability=0100000200200000000000000000000000000000$/),
      'again/ 755 opaque user.mine=32',
      'hard 644 4 user.mine=31',
      'harder 644 4 user.mine=31',
    ]);
    // As anybody else unpacks it: from its blob, and not from what was read.
    const lines = listing(own);
    rmSync(dirname(own), { recursive: true });
    await addLayer({ diffId, on: chainIds(below), blob: diffId });
    expect(listing(own)).toEqual(lines);
    expect(inOverlay({ upper: at('another'), lower: [own, ...others] }, ':')).toBe(shown);
  });

  it('has its members in the order of their bytes, what is deleted first, and nothing that is nobody’s', async () => {
    const below = [await layerOf('mkdir d; touch d/z d/a e')];
    const lower = lowerDirectories(chainIds(below));
    const source = { upper: at('upper'), lower, privileged: true };
    const script = `rm d/z; touch d/0 d/b e "$(printf '\\360\\237\\230\\200')" "$(printf '\\357\\274\\241')"; mkdir f; touch .wh.mine`;
    inOverlay(source, script);
    const socket = createServer().listen(at('upper/socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    // The kernel may mark what is new: containers/storage#141.
    call(lsetxattr(at('upper/f'), 'trusted.overlay.opaque', Buffer.from('y')));
    execFileSync('mknod', [at('upper/never-there'), 'c', '0', '0']);
    const { diffId, leftOut } = await commitLayer(source, below);
    socket.close();
    expect(leftOut).toEqual(['.wh.mine', 'socket']);
    expect(namesIn(diffId)).toEqual(['d/', 'd/.wh.z', 'd/0', 'd/b', 'e', 'f/', 'Ａ', '😀']);
    const listed = execFileSync('tar', ['tvf', blobPath(diffId), '--numeric-owner', '--utc', 'd/.wh.z'], {
      encoding: 'utf8',
    });
    expect(listed).toMatch(/^-rw------- 0\/0 +0 1970-01-01 00:00 d\/\.wh\.z/);
  });

  it('does not have what was made for mounts alone, and has it where something is in it', async () => {
    const below = [await layerOf('mkdir -p etc srv/data; touch etc/hosts')];
    const source = { upper: at('upper'), lower: lowerDirectories(chainIds(below)), privileged: true };
    inOverlay(
      source,
      'mkdir -p a/b/c v/data; touch a/file v/data/mine etc/new; mkdir -p srv/data/x only; chmod 700 srv',
    );
    const mountPoints = ['/a/b/c', '/a/file', '/v/data', '/srv/data/x', '/only', '/etc/new', '/nowhere'];
    const { diffId } = await commitLayer({ ...source, mountPoints }, below);
    expect(namesIn(diffId)).toEqual(['srv/', 'v/', 'v/data/', 'v/data/mine']);
    expect(namesIn((await commitLayer(source, below)).diffId)).toContain('a/b/c/');
  });

  it('says of the root only what is another mode or owner, and no time that is later than SOURCE_DATE_EPOCH', async () => {
    process.env.SOURCE_DATE_EPOCH = '1500000000';
    const below = [await layerOf('touch f; touch -d @1400000000 g')];
    const source = { upper: at('upper'), lower: lowerDirectories(chainIds(below)), privileged: true };
    inOverlay(source, 'touch h; touch -d @1300000000.5 i');
    const one = await commitLayer(source, below);
    execFileSync('touch', [at('upper/h')]);
    expect((await commitLayer(source, below)).diffId).toBe(one.diffId);
    expect(namesIn(one.diffId)).toEqual(['h', 'i']);
    inOverlay(source, 'chmod 700 .');
    const { diffId } = await commitLayer(source, below);
    expect(namesIn(diffId)).toEqual(['./', 'h', 'i']);
    const [own = ''] = lowerDirectories(chainIds([...below, diffId]));
    expect(['', 'h', 'i'].map((name) => statSync(join(own, name)).mtimeMs / 1000)).toEqual([15e8, 15e8, 1300000000.5]);
    expect(statSync(own).mode & 0o7777).toBe(0o700);
  });

  it('leaves nothing behind where a file cannot be read', async () => {
    const below = [await layerOf('touch f')];
    const lower = lowerDirectories(chainIds(below));
    inOverlay({ upper: at('upper'), lower }, 'touch g');
    const source = { upper: at('upper'), lower: [...lower, at('none')], privileged: true };
    await expect(commitLayer(source, below)).rejects.toThrow('ENOENT');
    process.env.SOURCE_DATE_EPOCH = 'yesterday';
    await expect(commitLayer({ ...source, lower }, below)).rejects.toThrow('SOURCE_DATE_EPOCH is "yesterday"');
    expect(readdirSync(imagesDirectory('ingest'))).toEqual([]);
    expect(readdirSync(imagesDirectory('layers'))).toHaveLength(1);
  });
});

describe('an image that is made of layers', () => {
  const created = '2024-05-06T07:08:09.000Z';

  it('has the layers, settings and history of another, and its own', async () => {
    const diffId = await layerOf('touch f');
    const layer = {
      diffId,
      descriptor: { mediaType: OCI_LAYER, digest: diffId, size: statSync(blobPath(diffId)).size },
    };
    const settings = () => ({ Env: ['A=1'], Cmd: ['sh'], OnBuild: ['RUN true'] });
    const first = {
      parent: undefined,
      layers: [layer],
      history: [{ created_by: 'one' }],
      settings,
      created,
      author: 'me',
    };
    const parent = newImage(first);
    expect(newImage({ ...first, settings: () => ({ OnBuild: ['RUN true'], Cmd: ['sh'], Env: ['A=1'] }) }).id).toBe(
      parent.id,
    );
    inOverlay({ upper: at('upper'), lower: imageDirectories(parent) }, 'touch g');
    const source = { upper: at('upper'), lower: imageDirectories(parent), privileged: true };
    const second = await commitLayer(source, parent.config.rootfs.diff_ids);
    const image = newImage({
      ...{
        parent,
        layers: [second],
        history: [{ created_by: 'two', comment: 'c' }],
        created: '2025-01-01T00:00:00.000Z',
      },
      settings: ({ Env = [], ...rest }) => ({ ...rest, Env: [...Env, 'B=2'] }),
    });
    expect(image.manifest.layers.map(({ digest }) => digest)).toEqual([diffId, second.diffId]);
    expect(JSON.parse(readFileSync(blobPath(image.id), 'utf8'))).toEqual({
      ...{ os: 'linux', architecture: parent.config.architecture, author: 'me', created: '2025-01-01T00:00:00.000Z' },
      config: { Cmd: ['sh'], Env: ['A=1', 'B=2'], OnBuild: ['RUN true'] },
      rootfs: { type: 'layers', diff_ids: [diffId, second.diffId] },
      history: [
        { created, created_by: 'one' },
        { created: '2025-01-01T00:00:00.000Z', created_by: 'two', comment: 'c' },
      ],
    });
    expect(imageDirectories(image).flatMap((directory) => listing(directory))).toEqual(['g 644 0', 'f 644 0']);
  });

  it('may be made of one in Docker’s words, and is said in those of OCI', async () => {
    process.env.SOURCE_DATE_EPOCH = '0';
    const diffId = await layerOf('touch f');
    const docker = 'application/vnd.docker.image.rootfs.diff.tar';
    const layers = [docker, `${docker}.gzip`].map((mediaType) => ({
      diffId,
      descriptor: { mediaType, digest: diffId, size: 1 },
    }));
    const parent = newImage({ parent: undefined, layers, history: [] });
    const { manifest, config } = newImage({ parent, layers: [], history: [] });
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([OCI_LAYER, `${OCI_LAYER}+gzip`]);
    expect(config.created).toBe('1970-01-01T00:00:00.000Z');
  });
});
