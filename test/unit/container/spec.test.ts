import { describe, expect, it } from 'vitest';
import { INIT } from '../../../labs/12-runtime/calls/program.js';
import type { ContainerConfig, MountConfig } from '../../../src/container/record.js';
import { type AtStart, type SharedPaths, specOf } from '../../../src/container/spec.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { readSpec } from '../../../src/oci/config-json.js';
import { DEFAULT_SPEC, DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { formatJson } from '../../../src/oci/json.js';
import type { Spec } from '../../../src/oci/spec.js';
import { builtinRules } from '../../../src/seccomp/builtin/rules.js';
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
  deviceRules: true,
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
    const { seccomp, maskedPaths, ...others } = linux;
    const hidden = maskedPaths?.filter((path) => !path.endsWith('/thermal_throttle'));
    expect({ ...others, maskedPaths: hidden }).toEqual(usual);
    expect(seccomp).toEqual(builtinRules(DOCKERS_CAPABILITIES.bounding));
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

  it('has where there can be no rules for devices neither those nor CAP_MKNOD, by which others could be made', () => {
    const { process, linux } = spec({}, { deviceRules: false });
    for (const names of Object.values(process.capabilities ?? {})) expect(names).not.toContain('CAP_MKNOD');
    expect(linux).not.toHaveProperty('resources');
    expect(spec().linux.resources).toEqual(DEFAULT_SPEC.linux.resources);
    expect(spec({ resources: { pids: 7 } }).linux.resources).toEqual({
      ...DEFAULT_SPEC.linux.resources,
      pids: { limit: 7 },
    });
  });

  it('has settings of the kernel for a network of its own, and those that are asked for; of ping only where all groups are there', () => {
    const [port, ping] = ['net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range'];
    const sysctl = (config: Partial<ContainerConfig>, at: Partial<AtStart> = {}) => spec(config, at).linux.sysctl;
    expect(sysctl({})).toEqual(DEFAULT_SPEC.linux.sysctl);
    expect(sysctl({ network: 'host' })).toBeUndefined();
    expect(sysctl({ network: `container:${'a'.repeat(64)}` })).toBeUndefined();
    expect(sysctl({}, { privileged: false })).toEqual({ [port as string]: '0' });
    expect(sysctl({ sysctls: { [port as string]: '7', 'kernel.sem': '1' } })).toEqual({
      [port as string]: '7',
      [ping as string]: '0 2147483647',
      'kernel.sem': '1',
    });
  });

  it('has limits of processes, of which -1 is none', () => {
    const { rlimits } = spec({ ulimits: [{ name: 'nofile', soft: 7, hard: -1 }] }).process;
    expect(rlimits).toEqual([{ type: 'RLIMIT_NOFILE', soft: 7, hard: 2n ** 64n - 1n }]);
  });

  it('is without the namespaces that are the host’s, and without a name for them', () => {
    const kinds = (config: Partial<ContainerConfig>, at: Partial<AtStart> = {}) =>
      spec(config, at).linux.namespaces?.map(({ type }) => type);
    expect(kinds({ ipc: 'host' })).toEqual(['mount', 'network', 'uts', 'pid']);
    expect(kinds({ pid: 'host', uts: 'host' })).toEqual(['mount', 'network', 'ipc']);
    expect(spec({ uts: 'host' })).not.toHaveProperty('hostname');
    expect(spec({ domainname: 'x.y', network: 'host' }).linux.sysctl).toEqual({ 'kernel.domainname': 'x.y' });
    expect(kinds({ cgroupns: 'private' })).toContain('cgroup');
    expect(kinds({}, { cgroups: 2 })).toContain('cgroup');
    expect(kinds({ cgroupns: 'host' }, { cgroups: 2 })).not.toContain('cgroup');
    expect(kinds({ cgroupns: 'private' }, { cgroups: undefined })).not.toContain('cgroup');
  });

  it('has a path where a namespace is another container’s, and without root its user namespace', () => {
    const id = `container:${'a'.repeat(64)}` as const;
    const paths = (...kinds: string[]) => new Map(kinds.map((kind) => [kind, `/proc/7/ns/${kind}`])) as SharedPaths;
    const shared = spec({ ipc: id, pid: id, init: true }, { shared: paths('ipc', 'pid') });
    expect(shared.linux.namespaces).toEqual([
      ...['mount', 'network', 'uts'].map((type) => ({ type })),
      ...['pid', 'ipc'].map((type) => ({ type, path: `/proc/7/ns/${type}` })),
    ]);
    expect(shared).not.toHaveProperty('annotations');
    const ordinary = spec({ ipc: id }, { privileged: false, shared: paths('user', 'ipc') });
    expect(ordinary.linux.namespaces).toContainEqual({ type: 'user', path: '/proc/7/ns/user' });
    expect(ordinary.linux).not.toHaveProperty('uidMappings');
    expect(spec({ pid: id }, { shared: new Map([['pid', undefined]]) }).linux.namespaces).not.toContainEqual(
      expect.objectContaining({ type: 'pid' }),
    );
    expect(spec({ pid: id, ipc: id }).linux.namespaces).toEqual(spec().linux.namespaces);
  });

  it('has at /dev/shm what goes with the IPC namespace', () => {
    const id = `container:${'a'.repeat(64)}` as const;
    const shm = (config: Partial<ContainerConfig>, at: Partial<AtStart> = {}) =>
      spec(config, at).mounts.filter(({ destination }) => destination === '/dev/shm');
    const bound = (source: string) => [
      { destination: '/dev/shm', type: 'bind', source, options: ['rbind', 'rprivate'] },
    ];
    expect(shm({ ipc: 'none' })).toEqual([]);
    expect(shm({ ipc: 'host', shmSize: 1 })).toEqual(bound('/dev/shm'));
    const shared: SharedPaths = new Map([['ipc', '/proc/7/ns/ipc']]);
    expect(shm({ ipc: id }, { shared })).toEqual(bound('/proc/7/root/dev/shm'));
    expect(shm({ ipc: id }, { shared: new Map([['ipc', undefined]]) })).toEqual(bound('/dev/shm'));
    expect(shm({ ipc: 'shareable', shmSize: 4096 })[0]?.options).toContain('size=4096');
    const own = [{ type: 'tmpfs', target: '/dev/shm', options: '' } as const];
    expect(shm({ ipc: 'host' }, { mounts: own }).map(({ type }) => type)).toEqual(['tmpfs', 'tmpfs']);
  });

  it('binds the host’s /proc where nobody may mount that of the host’s processes', () => {
    const proc = (privileged: boolean) =>
      spec({ pid: 'host' }, { privileged }).mounts.find(({ destination }) => destination === '/proc')?.type;
    expect([proc(true), proc(false)]).toEqual(['proc', 'none']);
  });

  it('gives Docker’s capabilities, and no more, where it shares a namespace of the host', () => {
    const bounding = (config: Partial<ContainerConfig>) => spec(config).process.capabilities?.bounding ?? [];
    for (const config of [{ uts: 'host' }, { pid: 'host' }, { ipc: 'host' }] as const) {
      expect(bounding(config).filter((name) => !DOCKERS_CAPABILITIES.bounding.includes(name))).toEqual([]);
    }
    expect(bounding({}).length).toBeGreaterThanOrEqual(bounding({ uts: 'host' }).length);
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
      blkioWeight: 500,
    };
    expect(spec({ resources }, { cgroupsPath: 'tslab/x' }).linux).toMatchObject({
      cgroupsPath: 'tslab/x',
      resources: {
        cpu: { quota: 50_000, period: 100_000, shares: 512, cpus: '0' },
        memory: { limit: 64 << 20, swap: 64 << 20 },
        pids: { limit: 9 },
        blockIO: { weight: 500 },
      },
    });
    expect(spec({ resources: { pids: 9 } }, { deviceRules: false }).linux.resources).toEqual({ pids: { limit: 9 } });
    expect(spec({ resources: { nanoCpus: 1_250_000_000 } }, { deviceRules: false }).linux.resources).toEqual({
      cpu: { quota: 125_000, period: 100_000 },
    });
    expect(spec({}, { deviceRules: false }).linux).not.toHaveProperty('resources');
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

  it('takes of two options of a tmpfs about one thing the later', () => {
    const of = (options: string) =>
      spec({}, { mounts: [{ type: 'tmpfs', target: '/t', options }] }).mounts.at(-1)?.options;
    expect(of('exec,size=1m,ro,rw,size=2m')).toEqual(['nosuid', 'nodev', 'exec', 'size=2m', 'rw']);
    expect(of('defaults,dev,async,sync,noatime')).toEqual(['nosuid', 'dev', 'noexec', 'sync', 'noatime']);
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
