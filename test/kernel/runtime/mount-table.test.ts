import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { type Mount, parseMountinfo } from '../../../src/procfs/mountinfo.js';
import { needs, ORDINARY_USER } from '../../support/needs.js';
import { output, useOwnState } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** What `docker inspect` shows as MaskedPaths and ReadonlyPaths of a container, written down here once more. */
const DOCKER = {
  masked: [
    ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
    ...['/proc/sched_debug', '/proc/scsi', '/proc/timer_list', '/proc/timer_stats'],
    ...['/sys/devices/virtual/powercap', '/sys/firmware'],
    ...readdirSync('/sys/devices/system/cpu').map((name) => `/sys/devices/system/cpu/${name}/thermal_throttle`),
  ].filter((path) => existsSync(path)),
  readOnly: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'].filter((path) =>
    existsSync(path),
  ),
};

/** All mounts of a container: place, type and flags. Of binds of the host's files only whether they can be written. */
const EVERYWHERE = [
  '/ overlay rw',
  '/dev tmpfs rw,nosuid',
  '/dev/mqueue mqueue rw,nosuid,nodev,noexec',
  '/dev/pts devpts rw,nosuid,noexec',
  '/dev/shm tmpfs rw,nosuid,nodev,noexec',
  '/proc proc rw,nosuid,nodev,noexec',
  '/sys sysfs ro,nosuid,nodev,noexec',
  '/etc/hostname rw',
  '/etc/hosts rw',
  '/etc/resolv.conf rw',
  ...DOCKER.readOnly.map((path) => `${path} proc ro,nosuid,nodev,noexec`),
];

const MASKS = DOCKER.masked.map((path) => `${path} tmpfs ${statSync(path).isDirectory() ? 'ro' : 'rw,nosuid'}`);

describe.skipIf(!isRoot)('the whole mount table of a container (skipped without root)', () => {
  it('is Docker’s', () => {
    expect(tableOf()).toEqual([...EVERYWHERE, ...MASKS, ...cgroups()].sort());
  });

  it('with --read-only has a root, and files in /etc, that cannot be written', () => {
    const readOnly = EVERYWHERE.map((line) => line.replace(/^(\/ overlay|\/etc\/\S+) rw/, '$1 ro'));
    expect(tableOf('--read-only')).toEqual([...readOnly, ...MASKS, ...cgroups()].sort());
  });

  it('with volumes has these more, and one of the user’s in the place of one in /etc', () => {
    const flags = [
      '-v',
      '/var:/data/var:ro',
      '-v',
      `${TSLAB}:/etc/hosts:ro`,
      '--tmpfs',
      '/run',
      '--mount',
      'target=/vol',
    ];
    const more = ['/data/var ro', '/run tmpfs rw,nosuid,nodev,noexec', '/vol rw'];
    const all = EVERYWHERE.map((line) => line.replace('/etc/hosts rw', '/etc/hosts ro'));
    expect(tableOf(...flags)).toEqual([...all, ...MASKS, ...cgroups(), ...more].sort());
  });
});

describe('the whole mount table of a container without root', () => {
  it('has the host’s devices in the place of new ones', (test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `/dev/${name} rw`);
    const masks = DOCKER.masked.map((path) => `${path} ${statSync(path).isDirectory() ? 'tmpfs ro' : 'rw'}`);
    const cgroup = existsSync('/sys/fs/cgroup/memory') ? 'tmpfs' : 'cgroup2';
    const own = `/sys/fs/cgroup ${cgroup} ro,nosuid,nodev,noexec`;
    expect(withoutRoot()).toEqual([...EVERYWHERE, ...devices, ...masks, own].sort());
  });
});

/** On v1 a mount for each hierarchy of a container in a tmpfs: all but that of disks; on v2 one. */
function cgroups(): string[] {
  const all = openCgroups();
  const flags = 'ro,nosuid,nodev,noexec';
  if (all.layout === 'v2') return [`/sys/fs/cgroup cgroup2 ${flags}`];
  const names = all.bases.map((base) => basename(base)).filter((name) => name !== 'blkio');
  return [`/sys/fs/cgroup tmpfs ${flags}`, ...names.map((name) => `/sys/fs/cgroup/${name} cgroup ${flags}`)];
}

function tableOf(...flags: string[]): string[] {
  return parseMountinfo(output('run', '--rm', ...flags, 'busybox', 'cat', '/proc/self/mountinfo'))
    .map(lineOf)
    .sort();
}

function withoutRoot(): string[] {
  const state = mkdtempSync(join(tmpdir(), 'tslab-table-'));
  const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ORDINARY_USER;
  chownSync(state, uid, gid);
  try {
    const words = [TSLAB, 'run', '--rm', 'busybox', 'cat', '/proc/self/mountinfo'];
    const env = { ...process.env, TSLAB_STATE: join(state, 'state'), HOME: state };
    const { stdout } = spawnSync(process.execPath, words, { ...ORDINARY_USER, env, encoding: 'utf8', cwd: '/' });
    return parseMountinfo(stdout).map(lineOf).sort();
  } finally {
    rmSync(state, { recursive: true });
  }
}

const FLAGS = ['ro', 'rw', 'nosuid', 'nodev', 'noexec'];
const OWN = new Set(['overlay', 'tmpfs', 'mqueue', 'devpts', 'proc', 'sysfs', 'cgroup', 'cgroup2']);

function lineOf({ mountPoint, fstype, options }: Mount): string {
  const isHosts = !OWN.has(fstype) || /^\/(data|vol|etc\/)/.test(mountPoint);
  const [access] = options;
  return isHosts
    ? `${mountPoint} ${access}`
    : `${mountPoint} ${fstype} ${options.filter((one) => FLAGS.includes(one))}`;
}
