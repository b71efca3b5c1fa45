import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';

import { shell } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-full-'));
  const save = (name: string, ...members: readonly Buffer[]) =>
    writeFileSync(join(here, `${name}.tar`), dockerArchive([archive(...members)], { Cmd: ['x'] }, [`${name}:1`]).bytes);
  save('tiny', member({ name: 'a', content: 'a' }));
  save('big', member({ name: 'b', content: randomBytes(3_000_000) }));
  save('many', ...Array.from({ length: 200 }, (_, i) => member({ name: `${i}`, content: `${i}` })));
  writeFileSync(join(here, 'upper'), randomBytes(2_000_000));
  writeFileSync(join(here, 'zeros.gz'), gzipSync(archive(member({ name: 'z', content: Buffer.alloc(200_000_000) }))));
});
afterAll(() => rmSync(here, { recursive: true }));

/** What a script prints, errors too, where the state is in a tmpfs with these options; what the store has afterwards that is not whole. */
function onSmallDisk(options: string, script: string): { told: string; left: string } {
  const state = join(here, 'state');
  const { stdout, stderr } = shell(`
    export -f tslab; export TSLAB_STATE=${state}; mkdir -p ${state}
    unshare -m bash -c 'mount -t tmpfs -o ${options} small ${state}; cd ${here}
      tslab load -q -i tiny.tar
      ${script}
      echo =====; rm -f ${state}/fill*
      ls -A ${state}/images/ingest ${state}/images/layers | grep "^[.]tmp"; ls ${state}/images/ingest
      tslab images --format "{{.Repository}}"; tslab image verify; tslab image prune -f > /dev/null
      ls ${state}/images/blobs/sha256 | wc -l' 2>&1`);
  expect(stderr).toBe('');
  const [told = '', left = ''] = stdout.split('=====\n');
  return { told, left };
}

/** The image that was there before, whole, and nothing else. */
const AS_BEFORE = 'tiny\nImages: 1. All blobs are what their digests say, and unpacked layers what is in them.\n3\n';
const NO_INODES = 'i=0; while touch $TSLAB_STATE/fill$i 2> /dev/null; do i=$((i+1)); done';
/** Said of a blob, or of a file of a layer: whichever found it first. */
const IS_FULL =
  /ENOSPC: (the disk is full\.\n.*df -h|no space left on device\n.* bytes left \(df\))|only \d+ bytes\n.* 0 bytes left \(df\)/;
const FULL = 'head -c 20m /dev/zero > $TSLAB_STATE/fill 2> /dev/null';

describe.skipIf(!isRoot)('where the disk of the store is full (skipped without root)', () => {
  it.each<[string, string, string, RegExp]>([
    ['of space, load', 'size=5m', 'tslab load -i big.tar', IS_FULL],
    ['of files, load', 'size=5m,nr_inodes=150', 'tslab load -i many.tar', /ENOSPC.*\n.*no inodes left \(df -i\)/],
    [
      'of space, commit',
      'size=5m',
      'tslab create --name one --network none tiny:1 x > /dev/null; tslab cp upper one:/; tslab commit one new:1; tslab rm one',
      IS_FULL,
    ],
    [
      'of files, commit',
      'size=5m,nr_inodes=150',
      `tslab create --name one --network none tiny:1 x > /dev/null; ${NO_INODES}; tslab commit one new:1; rm $TSLAB_STATE/fill*; tslab rm one`,
      /ENOSPC: no inode is free.*\n.*df -i/,
    ],
    ['of space, save', 'size=5m', `${FULL}; tslab save -o $TSLAB_STATE/out.tar tiny:1`, /ENOSPC: the disk is full/],
    [
      'of files, save',
      'size=5m,nr_inodes=150',
      `${NO_INODES}; tslab save -o $TSLAB_STATE/out.tar tiny:1`,
      /ENOSPC: no inode is free.*\n.*df -i/,
    ],
  ])('%s says so, and leaves nothing', (_, options, script, message) => {
    const { told, left } = onSmallDisk(options, `${script}; test ! -e $TSLAB_STATE/out.tar || echo half`);
    expect(told).toMatch(message);
    expect(told).not.toContain('half');
    expect(left).toBe(AS_BEFORE);
  });

  it('is told so at whatever a start lacks an inode for', () => {
    const start = 'rm -rf $TSLAB_STATE/init-layers; tslab run --rm --network none tiny:1 x';
    const { told, left } = onSmallDisk(
      'size=20m,nr_inodes=150',
      `for free in $(seq 0 3 36); do rm -f $TSLAB_STATE/fill*; ${NO_INODES}; for k in $(seq $free); do rm $TSLAB_STATE/fill$k; done
        echo "+ "; ${start}; done`,
    );
    const runs = told.split('+ \n').slice(1);
    expect(runs.filter((one) => !/df -i|executable file not found/.test(one))).toEqual([]);
    expect(runs.filter((one) => one.includes('df -i')).length).toBeGreaterThan(3);
    expect(runs.at(-1)).toContain('executable file not found');
    expect(left).toBe(AS_BEFORE);
  });

  it('refuses an archive that inflates a thousandfold by what is free, not by how well it is compressed', () => {
    const { told, left } = onSmallDisk('size=20m', 'tslab import zeros.gz bomb:1; tslab import - good:1 < zeros.gz');
    expect(told.match(/makes the layer.s files 200000000 bytes, more than the \d+ that are free/g)).toHaveLength(2);
    expect(left).toBe(AS_BEFORE);
    const honest = onSmallDisk('size=600m', 'tslab import zeros.gz honest:1 > /dev/null; tslab rmi honest:1');
    expect(honest.told).toMatch(/^Loaded image: tiny:1\nUntagged: honest:1\nDeleted: /);
    expect(honest.left).toBe(AS_BEFORE);
  });
});

describe.skipIf(!isRoot)('a ledger that is lost (skipped without root)', () => {
  it('does not keep prune from what a command that was killed has left', () => {
    const killed = `
      mkfifo slow; exec 3<> slow; tslab import slow half:1 & pid=$!
      head -c 100000 big.tar >&3
      until ls -A $TSLAB_STATE/images/layers | grep -q tmp; do sleep 0.05; done
      kill -9 $(pgrep -P $pid || echo $pid); wait; rm slow
      rm -r $TSLAB_STATE/ledger; ls -A $TSLAB_STATE/images/layers | grep -c tmp
      tslab image prune -f; ls -A $TSLAB_STATE/images/layers | grep -c tmp; ls $TSLAB_STATE/images/ingest | wc -l`;
    const { told, left } = onSmallDisk('size=20m', killed);
    expect(told).toMatch(/\n1\nTotal reclaimed space: 0B\n0\n0\n$/);
    expect(left).toBe(AS_BEFORE);
  });
});
