import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { needs } from '../../support/needs.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const run = (flags: readonly string[], script: string) =>
  tslab(['run', '--rm', ...flags, 'busybox', 'sh', '-c', script]);
/** A number that no driver has, as if it were the host's disk. */
const DISK = 'mknod /tmp/disk b 239 7 && cat /tmp/disk';

describe.skipIf(!isRoot)('devices of a container (skipped without root)', () => {
  it('are those of its /dev: a node for another can be made, and not opened', () => {
    expect(run([], DISK)).toMatchObject({ status: 1, stderr: expect.stringContaining('Operation not permitted') });
    const { stdout } = run(
      [],
      'for one in null zero full random urandom; do head -c 1 /dev/$one | wc -c; done; echo > /dev/null && echo written',
    );
    expect(stdout).toBe('0\n1\n1\n1\n1\nwritten\n');
    expect(run([], 'echo > /dev/full').stderr).toContain('No space left on device');
    expect(run([], 'mknod /tmp/null c 1 3 && echo > /tmp/null && echo its number counts').stdout).toBe(
      'its number counts\n',
    );
  });

  it('are all that there are with --skip devices: only the driver is missing', () => {
    expect(run(['--skip', 'devices'], DISK).stderr).toContain('No such device or address');
  });

  it('are limited for what exec adds, too', () => {
    runDetached('limited', 'exec sleep 1000');
    expect(tslab(['exec', 'limited', 'sh', '-c', DISK]).stderr).toContain('Operation not permitted');
  });

  it('have rules in its cgroup, which goes with it', () => {
    const { config } = runDetached('ruled', 'exec sleep 1000');
    const directories = openCgroups().find(config.id)?.directories ?? [];
    expect(directories.filter((path) => readdirSync(path).length > 0)).toEqual(directories);
    output('rm', '-f', 'ruled');
    expect(directories.filter(existsSync)).toEqual([]);
  });

  it('are shown by --dry-run and --trace', () => {
    expect(output('run', '--dry-run', 'busybox')).toContain(
      'at the gate: deny a *:* rwm\nat the gate: allow c 5:1 rwm\n',
    );
    expect(tslab(['run', '--rm', '--trace', 'busybox', 'true']).stderr).toMatch(/devices\.allow|BPF_PROG_ATTACH/);
  });
});

describe.skipIf(!isRoot)('devices of the host (skipped without root)', () => {
  const READ = (path: string) => `head -c 0 ${path} && : < ${path}`;
  const WRITE = (path: string) => `: > ${path}`;
  let nodes = '';
  beforeAll(() => {
    nodes = mkdtempSync(join(tmpdir(), 'tslab-nodes-'));
    mkdirSync(join(nodes, 'more'));
    for (const [name, minor] of [
      ['disk', '7'],
      ['more/one', '8'],
      ['more/two', '9'],
    ] as const)
      execFileSync('mknod', ['-m', '640', join(nodes, name), 'b', '239', minor]);
    writeFileSync(join(nodes, 'more/file'), '');
  });
  afterAll(() => rmSync(nodes, { recursive: true }));

  it('are given by --device, under another name, and for reading alone', () => {
    const script = `ls -l /dev/dir/disk; ${READ('/dev/dir/disk')}; ${WRITE('/dev/dir/disk')}`;
    const { stdout, stderr } = run(['--device', `${nodes}/disk:/dev/dir/disk:r`], script);
    expect(stdout).toMatch(/^brw-r----- .* 239, +7 .*disk$/m);
    expect(stderr).toMatch(/No such device or address[\s\S]*Operation not permitted/);
  });

  it('are those of a directory', () => {
    const { stdout, stderr } = run(['--device', `${nodes}/more:/dev/more`], 'ls /dev/more; : < /dev/more/two');
    expect([stdout, stderr]).toEqual(['one\ntwo\n', expect.stringContaining('No such device or address')]);
  });

  it('may be used by --device-cgroup-rule, where there is a node for them', () => {
    expect(run(['--device-cgroup-rule', 'b 239:* r'], DISK).stderr).toContain('No such device or address');
    expect(run(['--device-cgroup-rule', 'a *:* rwm'], DISK).stderr).toContain('No such device or address');
    expect(run(['--device-cgroup-rule', 'b 238:* r'], DISK).stderr).toContain('Operation not permitted');
  });

  it('are slowed down by --device-read-bps, --device-write-bps, --device-read-iops and --device-write-iops', (test) => {
    needs(test, 'a disk');
    const [disk, numbers] = ['loop0', readFileSync('/sys/block/loop0/dev', 'utf8').trim()];
    const flags = ['read-bps', 'write-bps', 'read-iops', 'write-iops'].map(
      (flag, i) => `--device-${flag}=/dev/${disk}:${i + 1}0`,
    );
    const { config } = runDetached('slow', 'exec sleep 1000', flags);
    const cgroup = openCgroups().find(config.id);
    const said = (['io.read.bps', 'io.write.bps', 'io.read.iops', 'io.write.iops'] as const).map((role) =>
      cgroup?.read(role),
    );
    if (said[0] === said[1]) expect(said[0]).toBe(`${numbers} rbps=10 wbps=20 riops=30 wiops=40`);
    else expect(said).toEqual([10, 20, 30, 40].map((rate) => `${numbers} ${rate}`));
  });

  it.each([
    [
      ['--device', '/nowhere'],
      /error gathering device information while adding custom device "\/nowhere": no such file/,
    ],
    [['--device', '/etc/passwd'], /custom device "\/etc\/passwd": not a device node/],
    [['--device', '/dev/null:/dev/x:rx'], /bad mode specified: rx/],
    [['--device-cgroup-rule', 'c 1'], /invalid device cgroup format 'c 1'/],
    [['--device-read-bps', '/dev/null:1mb'], /custom device "\/dev\/null": not a block device/],
    [['--device-write-iops', '/dev/sda:1k'], /invalid rate for device: \/dev\/sda:1k/],
  ])('%j is refused', (flags, message) => {
    expect(run(flags, 'true')).toMatchObject({ status: 125, stderr: expect.stringMatching(message) });
  });

  it('stand in inspect', () => {
    output('create', '--name', 'given', '--device', '/dev/fuse:/dev/x:r', '--device-cgroup-rule', 'c 1:* r', 'busybox');
    const [{ HostConfig }] = JSON.parse(output('inspect', 'given'));
    expect([HostConfig.Devices, HostConfig.DeviceCgroupRules]).toEqual([
      [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/x', CgroupPermissions: 'r' }],
      ['c 1:* r'],
    ]);
  });
});
