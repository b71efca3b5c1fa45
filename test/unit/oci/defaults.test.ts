import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mountProc } from '../../../labs/01-pid-namespace/calls/proc.js';
import { makeDev } from '../../../labs/02-rootfs/calls/dev.js';
import { mountSys } from '../../../labs/02-rootfs/calls/root.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { readSpec } from '../../../src/oci/config-json.js';
import { DEFAULT_SPEC, NOT_YET } from '../../../src/oci/defaults.js';
import { formatJson } from '../../../src/oci/json.js';
import { MASKED, READ_ONLY } from '../../../src/oci/kernel-paths.js';
import type { Mount } from '../../../src/oci/spec.js';
import { needs } from '../../support/needs.js';
import { schemaErrors } from './schema.js';
import { set } from './set.js';

/** The 14 of CapBnd in a container of Docker's: 00000000a80425fb. */
const GIVEN = CAPABILITIES.filter((_, number) => (0xa80425fbn >> BigInt(number)) & 1n);

/** What dockerd gives runc for `docker run busybox sh`, but for its version, ids, paths, and what a machine lacks. */
const DOCKER = {
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: {
    user: { uid: 0, gid: 0 },
    args: ['sh'],
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    cwd: '/',
    capabilities: { bounding: GIVEN, effective: GIVEN, permitted: GIVEN },
    apparmorProfile: 'docker-default',
    oomScoreAdj: 0,
  },
  mounts: [
    // Docker gives the size of /dev/shm in bytes: 67108864.
    '/proc          proc   proc   nosuid,noexec,nodev',
    '/dev           tmpfs  tmpfs  nosuid,strictatime,mode=755,size=65536k',
    '/dev/pts       devpts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5',
    '/sys           sysfs  sysfs  nosuid,noexec,nodev,ro',
    '/sys/fs/cgroup cgroup cgroup ro,nosuid,noexec,nodev',
    '/dev/mqueue    mqueue mqueue nosuid,noexec,nodev',
    '/dev/shm       tmpfs  shm    nosuid,noexec,nodev,mode=1777,size=65536k',
  ].map(mountOf),
  linux: {
    namespaces: ['mount', 'network', 'uts', 'pid', 'ipc'].map((type) => ({ type })),
    maskedPaths: [
      ...['acpi', 'asound', 'interrupts', 'kcore', 'keys', 'latency_stats'].map((name) => `/proc/${name}`),
      ...['sched_debug', 'scsi', 'timer_list', 'timer_stats'].map((name) => `/proc/${name}`),
      '/sys/devices/virtual/powercap',
      '/sys/firmware',
    ],
    readonlyPaths: ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`),
    resources: {
      devices: [
        { allow: false, access: 'rwm' },
        ...['1:5', '1:3', '1:9', '1:8', '5:0', '5:1', '10:229'].map((numbers) => ({
          allow: numbers !== '10:229',
          type: 'c',
          major: Number(numbers.split(':')[0]),
          minor: Number(numbers.split(':')[1]),
          access: 'rwm',
        })),
      ],
    },
    sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
  },
};

describe('the default container', () => {
  it('is that of Docker, with what is not yet there', () => {
    const whole = NOT_YET.reduce<unknown>((spec, { field, docker }) => set(spec, field, docker), DEFAULT_SPEC);
    expect(whole).toStrictEqual(DOCKER);
  });

  it.each(NOT_YET)('differs from that of Docker in $field', ({ field, docker }) => {
    expect(set(DEFAULT_SPEC, field, docker)).not.toStrictEqual(DEFAULT_SPEC);
  });

  it('is the same when it has been written and read', () => {
    expect(readSpec(formatJson(DEFAULT_SPEC))).toStrictEqual(DEFAULT_SPEC);
  });

  it('is valid for the official schema', (test) => {
    needs(test, 'the JSON schema of the OCI specification');
    expect(schemaErrors(formatJson(DEFAULT_SPEC))).toEqual([]);
  });

  it('mounts what the labs mount, and hides what they hide', () => {
    const taught = [...mountProc(), ...makeDev(true), ...mountSys()].filter(({ name }) => name === 'mount');
    const byHand = DEFAULT_SPEC.mounts.filter(({ type }) => type !== 'cgroup');
    expect(byHand.map(inOrder)).toEqual(expect.arrayContaining(taught.map(mountedBy).map(inOrder)));
    expect(byHand).toHaveLength(taught.length);
    expect(DEFAULT_SPEC.linux.maskedPaths).toEqual(MASKED);
    expect(DEFAULT_SPEC.linux.readonlyPaths).toEqual(READ_ONLY);
  });
});

describe('the capabilities', () => {
  it('are those of the kernel, in the order of their numbers', (test) => {
    needs(test, 'the headers of the kernel');
    const header = readFileSync('/usr/include/linux/capability.h', 'utf8');
    const numbers = [...header.matchAll(/^#define (CAP_\w+)\s+(\d+)$/gm)].map(([, name, number]) => [
      name,
      Number(number),
    ]);
    expect(CAPABILITIES.map((name, number) => [name, number])).toEqual(numbers);
  });
});

function mountOf(line: string): Mount {
  const [destination, type, source, options] = line.split(/ +/) as [string, string, string, string];
  return { destination, type, source, options: options.split(',') };
}

/** What a call of mount(2) mounts, as a spec says it. */
function mountedBy({ args }: Syscall): Mount {
  const [source, target, type, flags, data] = args.map((arg) =>
    arg.kind === 'integer' ? arg.text : arg.kind === 'string' ? arg.value : undefined,
  ) as string[];
  const words = (flags as string)
    .split('|')
    .map((flag) => flag.slice('MS_'.length).toLowerCase().replace('rdonly', 'ro'));
  const options = [...words, ...(data?.split(',') ?? [])];
  return { destination: `/${target?.replace(/^\//, '')}`, type: type as string, source: source as string, options };
}

/** Neither order of options means anything. */
function inOrder(mount: Mount): Mount {
  return { ...mount, options: [...(mount.options ?? [])].sort() };
}
