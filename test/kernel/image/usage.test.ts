import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { output } from '../runtime-info/containers.js';
import { TSLAB as PROGRAM, shell, tslab } from '../tslab.js';

const TSLAB = `'${process.execPath}' '${PROGRAM}'`;
const MB = 1_000_000;
const layer = (name: string, size: number) => archive(member({ name, content: 'x'.repeat(size) }));
const BASE = layer('base', 3 * MB);

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-usage-'));
  process.env.TSLAB_STATE = join(here, 'state');
  mkdirSync(join(here, 'state'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** The ID of the image. */
function load(name: string, ...layers: readonly Buffer[]): string {
  const { bytes, id } = dockerArchive(layers, { Cmd: ['x'], Labels: { is: name } }, [name]);
  writeFileSync(join(here, 'archive.tar'), bytes);
  output('load', '-q', '-i', join(here, 'archive.tar'));
  return `sha256:${id}`;
}

/** Bytes of all blobs. */
function inBlobs(): number {
  const blobs = join(here, 'state/images/blobs/sha256');
  return readdirSync(blobs).reduce((sum, name) => sum + statSync(join(blobs, name)).size, 0);
}

const layers = () => readdirSync(join(here, 'state/images/layers')).length;
const decimal = (bytes: number) => `${Number((bytes / MB).toPrecision(4))}MB`;
const df = () =>
  output('system', 'df', '--format', '{{.TotalCount}}|{{.Active}}|{{.Size}}|{{.Reclaimable}}').split('\n')[0];

describe('the store of images', () => {
  it('is not made by who only looks', () => {
    expect(df()).toBe('0|0|0B|0B');
    expect(output('system', 'prune', '-f')).toBe('Total reclaimed space: 0B\n');
    expect(readdirSync(join(here, 'state'))).not.toContain('images');
  });

  it('is counted by system df: each layer once, with the blobs, and what no container needs', () => {
    load('used:1', BASE, layer('a', MB));
    const before = inBlobs();
    load('idle:1', BASE, layer('b', MB / 2));
    output('create', '--name', 'one', '--network', 'none', 'used:1');
    const [size, idle] = [inBlobs() + 4.5 * MB, inBlobs() - before + 0.5 * MB];
    expect(df()).toBe(`2|1|${decimal(size)}|${decimal(idle)} (${Math.floor((idle * 100) / size)}%)`);
    const each = output('system', 'df', '-v');
    expect(each).toMatch(/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE +SHARED SIZE +UNIQUE SIZE +CONTAINERS\n/m);
    expect(each).toMatch(/^used +1 +[0-9a-f]{12} +.* 4MB +3MB +1MB +1$/m);
    expect(each).toMatch(/^idle +1 +[0-9a-f]{12} +.* 3\.5MB +3MB +500kB +0$/m);
    expect(output('info', '-f', '{{.Images}}')).toBe('2\n');
  });

  it('loses by system prune what has no name, and with -a what no container needs', () => {
    const old = load('moved:1', BASE, layer('c', MB / 4));
    load('moved:1', BASE, layer('d', MB / 4));
    const filtered = ['system', 'prune', '-af', '--filter', 'label=is=none'];
    expect(output(...filtered)).toBe('Total reclaimed space: 0B\n');
    const pruned = output('system', 'prune', '-f');
    expect(pruned).toMatch(
      new RegExp(
        `\n\nDeleted Images:\ndeleted: ${old}\ndeleted: sha256:[0-9a-f]{64}\n\nTotal reclaimed space: 50\\d.\\dkB\n$`,
      ),
    );
    expect(layers()).toBe(4);
    output('create', '--name', 'two', '--network', 'none', 'used:1');
    const [, , , reclaimable = ''] = df()?.split('|') ?? [];
    const before = inBlobs();
    const all = output('system', 'prune', '-af', '--filter', 'label!=is=used:1');
    expect(all).toMatch(/^Deleted Images:\nuntagged: idle:1\ndeleted: /);
    expect(all).toContain('untagged: moved:1\n');
    expect(all).toContain(`Total reclaimed space: ${reclaimable.split(' ')[0]}\n`);
    expect(before - inBlobs()).toBeGreaterThan(0.75 * MB);
    expect(output('system', 'prune', '-af')).toContain('Deleted Images:\nuntagged: used:1\n');
    expect([layers(), inBlobs(), df()]).toEqual([0, 0, '0|0|0B|0B']);
  });

  it('stays while somebody makes an image, which is told', () => {
    load('kept:1', BASE);
    const lock = join(here, 'state/images/holders.lock');
    const { stdout, stderr } = shell(`flock --shared ${lock} ${TSLAB} system prune -af`);
    expect(stdout).toContain('untagged: kept:1');
    expect(stderr).toContain('images are being made just now');
    expect(layers()).toBe(1);
    expect(tslab(['system', 'prune', '-af']).stdout).toMatch(/^Deleted Images:\ndeleted: sha256:/);
    expect(layers()).toBe(0);
  });
});
