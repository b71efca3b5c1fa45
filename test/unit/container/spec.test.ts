import { describe, expect, it } from 'vitest';
import { INIT } from '../../../labs/12-runtime/calls/program.js';
import type { ContainerConfig, MountConfig } from '../../../src/container/record.js';
import { type AtStart, specOf } from '../../../src/container/spec.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../src/oci/capabilities.js';
import { readSpec } from '../../../src/oci/config-json.js';
import { DEFAULT_SPEC } from '../../../src/oci/defaults.js';
import { formatJson } from '../../../src/oci/json.js';
import type { Spec } from '../../../src/oci/spec.js';
import { needs } from '../../support/needs.js';
import { schemaErrors } from '../oci/schema.js';

const PROCESS = {
  args: ['sh'],
  env: DEFAULT_SPEC.process.env ?? [],
  cwd: '/',
  user: '',
  tty: false,
  interactive: false,
};
/** `tslab run busybox` */
const PLAIN = {
  hostname: 'box',
  process: PROCESS,
  readOnly: false,
  network: 'none',
  resources: {},
  init: false,
} as unknown as ContainerConfig;

const HERE: AtStart = {
  root: 'rootfs',
  identity: { uid: 0, gid: 0, groups: [0], home: '/root' },
  privileged: true,
  mounts: [],
  ownFiles: [],
  cgroups: 1,
};

function spec(config: Partial<ContainerConfig> = {}, at: Partial<AtStart> = {}): Spec {
  return specOf({ ...PLAIN, ...config }, { ...HERE, ...at });
}

function bind(target: string, fields: Partial<MountConfig> = {}): MountConfig {
  return { type: 'bind', source: '/src', target, readOnly: false, propagation: 'rprivate', ...fields } as MountConfig;
}

describe('the spec of a container', () => {
  it('is the default one where nothing was asked for, but for a name, a HOME, groups, and what the machine has', () => {
    const { process, linux, hostname, ...rest } = spec();
    const { process: usualProcess, linux: usual, ...usualRest } = DEFAULT_SPEC;
    expect([hostname, rest]).toEqual(['box', usualRest]);
    expect({ ...process, capabilities: usualProcess.capabilities }).toEqual({
      ...usualProcess,
      user: { uid: 0, gid: 0, additionalGids: [0] },
      env: [...(usualProcess.env ?? []), 'HOME=/root'],
    });
    expect({ ...linux, maskedPaths: linux.maskedPaths?.filter((path) => !path.endsWith('/thermal_throttle')) }).toEqual(
      usual,
    );
  });

  it('has no capability that tslab itself has not: nobody could give it away', () => {
    const { bounding, permitted } = spec().process.capabilities ?? {};
    const mine = ownCapabilities();
    const bits = (names: readonly string[] = []) =>
      names.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
    expect(bits(bounding) & ~mine.bounding).toBe(0n);
    expect(bits(permitted) & ~mine.permitted).toBe(0n);
    expect(bounding).not.toContain('CAP_SYS_MODULE');
  });

  it('gives a user who is not root groups, and capabilities to become root with, but none to begin with', () => {
    const { process } = spec({}, { identity: { uid: 7, gid: 8, groups: [8, 9], home: '/' } });
    expect(process.user).toEqual({ uid: 7, gid: 8, additionalGids: [8, 9] });
    expect(Object.keys(process.capabilities ?? {})).toEqual(['bounding']);
  });

  it('says what a program is in the words of OCI', () => {
    const process = { ...PROCESS, args: ['ls', '-l'], env: ['HOME=/tmp'], cwd: '/w', tty: true };
    const made = spec({ process, readOnly: true, init: true });
    expect(made.process).toMatchObject({ args: ['ls', '-l'], env: ['HOME=/tmp'], cwd: '/w', terminal: true });
    expect([made.root, made.annotations]).toEqual([{ path: 'rootfs', readonly: true }, { [INIT]: 'true' }]);
  });

  it('says limits in the words of OCI, and nothing where there are none', () => {
    const resources = {
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      cpuShares: 512,
      cpusetCpus: '0',
      memory: 64 << 20,
      pids: 9,
    };
    expect(spec({ resources }, { cgroupsPath: 'tslab/x' }).linux).toMatchObject({
      cgroupsPath: 'tslab/x',
      resources: {
        cpu: { quota: 50_000, period: 100_000, shares: 512, cpus: '0' },
        memory: { limit: 64 << 20, swap: 64 << 20 },
        pids: { limit: 9 },
      },
    });
    expect(spec({ resources: { pids: 9 } }).linux.resources).toEqual({ pids: { limit: 9 } });
    expect(spec().linux).not.toHaveProperty('resources');
  });

  it('mounts volumes, then its own files, in their order, behind what every container has', () => {
    const mounts = [
      bind('/a', { readOnly: true }),
      { type: 'tmpfs', target: '/t', options: 'size=1m,mode=700' } as const,
      { type: 'volume', name: 'v', source: '/v', target: '/a/b', readOnly: false, anonymous: false } as const,
    ];
    const made = spec({}, { mounts, ownFiles: [bind('/etc/hosts')] }).mounts;
    expect(made.slice(0, DEFAULT_SPEC.mounts.length)).toEqual(DEFAULT_SPEC.mounts);
    expect(made.slice(DEFAULT_SPEC.mounts.length)).toEqual([
      { destination: '/a', type: 'bind', source: '/src', options: ['rbind', 'rprivate', 'ro', 'rro'] },
      {
        destination: '/t',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'nodev', 'noexec', 'size=1m', 'mode=700'],
      },
      { destination: '/a/b', type: 'bind', source: '/v', options: ['rbind', 'rprivate'] },
      { destination: '/etc/hosts', type: 'bind', source: '/src', options: ['rbind', 'rprivate'] },
    ]);
  });

  it('has another /sys in the place of its own, so that cgroups come on top of it', () => {
    const made = spec({}, { mounts: [bind('/sys', { source: '/sys' } as Partial<MountConfig>)] }).mounts;
    expect(made.map(({ destination }) => destination)).toEqual(DEFAULT_SPEC.mounts.map((one) => one.destination));
    expect(made.find(({ destination }) => destination === '/sys')?.type).toBe('bind');
  });

  it('leaves a way for mounts of the host where a volume is to hear of them', () => {
    const of = (propagation: string) => spec({}, { mounts: [bind('/a', { propagation } as Partial<MountConfig>)] });
    const found = ['rprivate', 'rslave', 'rshared'].map((one) => of(one).linux.rootfsPropagation);
    expect(found).toEqual([undefined, 'slave', 'shared']);
  });

  it('has a namespace less with --network host, and of cgroups and users only where they are needed', () => {
    const types = (made: Spec) => made.linux.namespaces?.map(({ type }) => type);
    expect(types(spec({ network: 'host' }))).toEqual(['mount', 'uts', 'pid', 'ipc']);
    expect(types(spec({}, { cgroups: 2 }))).toEqual([...(types(DEFAULT_SPEC) ?? []), 'cgroup']);
    const without = spec({ network: 'host' }, { privileged: false, cgroups: undefined });
    expect(types(without)).toEqual(['mount', 'uts', 'pid', 'ipc', 'user']);
    expect(without.linux.uidMappings).toEqual([{ containerID: 0, hostID: process.geteuid?.(), size: 1 }]);
    expect(without.process.user).toEqual({ uid: 0, gid: 0 });
    expect(without.mounts.find(({ destination }) => destination === '/sys')).toMatchObject({
      source: '/sys',
      options: ['rbind', 'nosuid', 'noexec', 'nodev', 'ro'],
    });
    expect(without.mounts.map(({ type }) => type)).not.toContain('cgroup');
  });

  it('is valid in all of these, and the same when it has been written and read', (test) => {
    needs(test, 'the JSON schema of the OCI specification');
    const mounts = [bind('/a', { propagation: 'rslave' } as Partial<MountConfig>)];
    const rich = spec({ resources: { memory: 1 << 30, pids: 3 }, init: true, readOnly: true }, { mounts });
    for (const made of [spec(), rich, spec({ network: 'host' }, { privileged: false })]) {
      expect(schemaErrors(formatJson(made))).toEqual([]);
      expect(readSpec(formatJson(made))).toStrictEqual(made);
    }
  });
});
