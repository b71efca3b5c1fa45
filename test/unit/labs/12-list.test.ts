import { describe, expect, it } from 'vitest';
import { mountProc, privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { makeDev } from '../../../labs/02-rootfs/calls/dev.js';
import { maskPaths } from '../../../labs/02-rootfs/calls/masks.js';
import { mountPoints } from '../../../labs/02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../../labs/02-rootfs/calls/root.js';
import { showCgroup } from '../../../labs/03-cgroups/calls/inside.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { attachVolume, openVolume } from '../../../labs/06-volumes/calls/mounts.js';
import { ownLinks } from '../../../labs/08-network/calls/inside.js';
import { loadFilter } from '../../../labs/10-security/calls/filter.js';
import { becomeUser, keepAdmin, limitBounding } from '../../../labs/10-security/calls/give-up.js';
import { callsOf, containerPieces } from '../../../labs/12-runtime/calls/container.js';
import { cloneFlags, joinNamespaces } from '../../../labs/12-runtime/calls/namespaces.js';
import type { Piece } from '../../../labs/12-runtime/calls/pieces.js';
import { execvp, INIT } from '../../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { workingDirectory } from '../../../labs/12-runtime/calls/working-directory.js';
import { usualSpec } from '../../../src/container/usual-spec.js';
import { chdir, close, open, sethostname, unshare, write } from '../../../src/kernel/calls/index.js';
import { RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import { CLONE_NEWCGROUP, MS_PRIVATE, O_WRONLY } from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { renderCall } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Namespace } from '../../../src/oci/linux.js';
import type { Spec } from '../../../src/oci/spec.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { encode } from '../../../src/seccomp/bpf.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { compile } from '../../../src/seccomp/compile.js';

const OWN = ownCapabilities();
const USUAL = usualSpec({ privileged: true, cgroups: 2 });
const FILTER = defaultProgram(thisMachine());
const SETS = USUAL.process.capabilities ?? {};
const LAYERS = { lower: ['/layers/init', '/layers/busybox'], upper: '/c/upper', work: '/c/work', target: '/c/merged' };
const MOUNT = { type: 'mount' } as const;
const CLONE = 'clone(CLONE_VM|CLONE_VFORK|CLONE_PARENT|CLONE_PARENT_SETTID|SIGCHLD, NULL, …, NULL, 0)';
const SPEC: Spec = { ...USUAL, root: { path: LAYERS.target }, hostname: 'c' };

describe('the list of a container with nothing asked for', () => {
  it('is, call for call, what the labs teach, in the order of the container', () => {
    const view = showCgroup({ version: 2, whole: false });
    expect(asText(listOf())).toEqual([
      ...from('08-network', ownLinks()),
      ...from('01-pid-namespace', privateMounts()),
      ...from('04-overlay', mountOverlay({ ...LAYERS, privileged: true }), [chdir(LAYERS.target)]),
      ...from('03-cgroups', joining()),
      ...from('02-rootfs', mountPoints(), makeDev(true), swapRoots()),
      ...from('01-pid-namespace', mountProc()),
      ...from('02-rootfs', mountSys(), detachOldRoot()),
      ...from('07-uts-ipc', [unshare(CLONE_NEWCGROUP)]),
      ...from('03-cgroups', view.attached),
      ...from('02-rootfs', maskPaths()),
      ...from('12-runtime', workingDirectory('/'), [sethostname('c')]),
      ...from('10-security', limitBounding(OWN, SETS), becomeUser(USUAL.process.user, true), keepAdmin(OWN, SETS)),
      ...from('12-runtime', ownSession(undefined)),
      ...from('10-security', loadFilter(FILTER)),
      ...from('12-runtime', execvp(USUAL.process.args, USUAL.process.env ?? [])),
    ]);
  });

  it('has with a volume the calls of lab 06 besides, and no others', () => {
    const volume = { destination: '/mnt', type: 'bind', source: '/tmp', options: ['rbind', 'rprivate'] };
    const pieces = listOf({ ...SPEC, mounts: [...SPEC.mounts, volume] });
    const isAdded = ({ step }: Piece) => step === 'open-volumes' || step === 'volumes';
    const tree = openVolume('/tmp');
    const options = { readOnly: false, isDirectory: true, propagation: MS_PRIVATE, resolve: RESOLVE_NO_SYMLINKS };
    expect(asText(pieces.filter(isAdded))).toEqual(from('06-volumes', [tree], attachVolume(tree, '/mnt', options)));
    expect(asText(pieces.filter((piece) => !isAdded(piece)))).toEqual(asText(listOf()));
  });

  it('has in the place of the overlay lab 02’s bind where a directory is the root', () => {
    const [layered, bound] = [listOf(), listOf({ ...SPEC, root: { path: '/bundle/rootfs' } })];
    const others = bound.filter(({ step }, i) => step !== layered[i]?.step);
    expect(asText(others)).toEqual(from('02-rootfs', bindSelf('/bundle/rootfs')));
    expect(bound).toHaveLength(layered.length);
  });
});

describe('namespaces with a path', () => {
  const texts = (namespaces: readonly Namespace[], opened?: ReadonlyMap<string, number>) =>
    joinNamespaces({ linux: { namespaces } }, opened).map((call) => renderCall(call));
  const ipc = { type: 'ipc', path: '/proc/7/ns/ipc' } as const;
  const pid = { type: 'pid', path: '/proc/7/ns/pid' } as const;

  it('are entered one by one, before anything else, by what is open already', () => {
    expect(texts([MOUNT, ipc])).toEqual([
      'openat(AT_FDCWD, "/proc/7/ns/ipc", O_CLOEXEC)',
      'setns(<result of openat>, CLONE_NEWIPC)',
      'close(<result of openat>)',
    ]);
    expect(texts([MOUNT, ipc], new Map([[ipc.path, 21]]))).toEqual(['setns(21, CLONE_NEWIPC)']);
    expect(listOf({ ...SPEC, linux: { namespaces: [MOUNT, { type: 'uts' }, ipc] }, mounts: [] })[0]?.step).toBe(
      'join-namespaces',
    );
  });

  it('of pids take in a child, which goes on', () => {
    expect(texts([MOUNT, pid], new Map([[pid.path, 22]]))).toEqual(['setns(22, CLONE_NEWPID)', CLONE]);
  });

  it('of users come first; what is new is made in them, and not by the first clone(2)', () => {
    const namespaces = [MOUNT, { type: 'pid' }, ipc, { type: 'user', path: '/proc/7/ns/user' }] as const;
    const opened = new Map([...[ipc.path, '/proc/7/ns/user'].map((path, i) => [path, 20 + i] as const)]);
    expect(texts(namespaces, opened)).toEqual([
      'setns(21, CLONE_NEWUSER)',
      'setns(20, CLONE_NEWIPC)',
      'unshare(CLONE_NEWNS|CLONE_NEWPID)',
      CLONE,
    ]);
    expect(cloneFlags({ linux: { namespaces } })).toBe(0);
  });

  it('are none where nothing is shared', () => {
    expect(texts(USUAL.linux.namespaces ?? [])).toEqual([]);
  });
});

describe('what a container gives up', () => {
  const own = { bounding: 0x20_0000_000fn, permitted: 0x20_0000_0007n };
  const ADMIN = 0x20_0000n;
  const all = { bounding: own.bounding | ADMIN, permitted: own.permitted | ADMIN };
  const texts = (calls: readonly Syscall[]) => calls.map((call) => renderCall(call));
  const [chown, override] = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE'];
  const capset = (effective: string, permitted = effective) =>
    `capset({_LINUX_CAPABILITY_VERSION_3, 0}, {effective=${effective}, permitted=${permitted}, inheritable=0x0})`;

  it('is for good all that its bounding set lacks, newer than our names for them or not', () => {
    expect(texts(limitBounding(own, { bounding: [chown, override] }))).toEqual([
      'prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0)',
      'prctl(PR_CAPBSET_DROP, CAP_FOWNER, 0, 0, 0)',
      'prctl(PR_CAPBSET_DROP, CAP_AUDIT_READ, 0, 0, 0)',
    ]);
    const newer = { bounding: 1n << 50n, permitted: 0n };
    expect(texts(limitBounding(newer, {}))).toEqual(['prctl(PR_CAPBSET_DROP, 50, 0, 0, 0)']);
  });

  it('leaves root what it is to have, and CAP_SYS_ADMIN up to the execve, where tslab has that', () => {
    const sets = { bounding: [chown, override], permitted: [override, 'CAP_FOWNER'], effective: [] };
    expect(texts(keepAdmin(own, sets))).toEqual([capset('0x0', '0x2')]);
    expect(texts(keepAdmin(all, sets))).toEqual([capset('0x200000', '0x200002')]);
    expect(texts(keepAdmin(all, {}))).toEqual([capset('0x200000')]);
  });

  it('leaves a user CAP_SYS_ADMIN alone, and groups are set before the user', () => {
    expect(texts(becomeUser({ uid: 1000, gid: 5, additionalGids: [7] }, true))).toEqual([
      'prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)',
      'setgroups(1, [7])',
      'setresgid(5, 5, 5)',
      'setresuid(1000, 1000, 1000)',
      capset('0x200000'),
    ]);
    expect(texts(becomeUser({ uid: 0, gid: 0 }, false))).toEqual([]);
  });
});

describe('the filter of a container', () => {
  const rules = { defaultAction: 'SCMP_ACT_ALLOW' } as const;
  const spec = { ...SPEC, linux: { ...SPEC.linux, seccomp: rules } };
  const filter = encode(compile(rules, thisMachine()));

  it.each([false, true])('is loaded directly before its program, an init or not: %s', (isInit) => {
    const annotations: Record<string, string> = isInit ? { [INIT]: 'true' } : {};
    const pieces = containerPieces({ ...spec, annotations }, { capabilities: OWN, layers: LAYERS, filter });
    const { calls, inside } = callsOf(pieces);
    const names = calls.map(({ name }) => name);
    expect(names.slice(names.indexOf('seccomp') + 1)).toEqual(isInit ? ['execveat'] : Array(6).fill('execve'));
    expect(inside.map(({ name }) => name)).toEqual(expect.arrayContaining(['prctl', 'capset', 'setsid']));
  });

  it('has to be compiled before', () => {
    expect(() => containerPieces(spec, { capabilities: OWN, layers: LAYERS })).toThrow('not been compiled');
  });
});

/** A namespace, mount or field that the list does nothing about. */
const UNTAUGHT: readonly [string, object, message: string][] = [
  ['a field', { hooks: {} }, 'hooks'],
  ['a field of the process', { process: { ...SPEC.process, ioPriority: {}, scheduler: {} } }, 'process.ioPriority, '],
  ['a set of capabilities', { process: { ...SPEC.process, capabilities: { ambient: [] } } }, '.ambient'],
  ['a field for Linux', { linux: { ...SPEC.linux, mountLabel: 'x' } }, 'linux.mountLabel'],
  ['a limit', { linux: { ...SPEC.linux, resources: { cpu: { burst: 1 } } } }, 'linux.resources.cpu.burst'],
  ['swap without memory', { linux: { ...SPEC.linux, resources: { memory: { swap: 2 } } } }, 'memory.limit and .swap'],
  [
    'to join mounts',
    { linux: { ...SPEC.linux, namespaces: [{ ...MOUNT, path: '/p' }] } },
    'linux.namespaces with a path, of mount, cgroup or time',
  ],
  [
    'a name for the host',
    { linux: { ...SPEC.linux, namespaces: [MOUNT, { type: 'cgroup' }] } },
    'hostname or kernel.domainname without a UTS namespace of its own',
  ],
  [
    'a name for another container',
    { linux: { ...SPEC.linux, namespaces: [MOUNT, { type: 'uts', path: '/p' }] } },
    'hostname or kernel.domainname without a UTS namespace of its own',
  ],
  ['a sysctl of the machine', { linux: { ...SPEC.linux, sysctl: { 'vm.swappiness': '1' } } }, 'the whole machine’s'],
  [
    'a sysctl of the host',
    { linux: { ...SPEC.linux, namespaces: [MOUNT, { type: 'uts' }], sysctl: { 'kernel.msgmax': '1' } } },
    'linux.sysctl of a namespace that the host has',
  ],
  [
    'a namespace of clocks',
    { linux: { ...SPEC.linux, namespaces: [MOUNT, { type: 'time' }] } },
    'namespaces with time',
  ],
  [
    'groups that nobody may set',
    {
      linux: { namespaces: [MOUNT, { type: 'user' }] },
      process: { ...SPEC.process, user: { uid: 0, gid: 0, additionalGids: [5] } },
    },
    'additionalGids',
  ],
  ['mounts of the host', { linux: { ...SPEC.linux, namespaces: [{ type: 'pid' }] } }, 'linux.namespaces without mount'],
  [
    'half of /dev',
    { mounts: SPEC.mounts.filter(({ destination }) => destination !== '/dev/pts') },
    'mounts with /dev, ',
  ],
  ['a filesystem of the kernel', mounting({ type: 'proc', source: 'proc' }), 'type proc, options none'],
  ['a filesystem without a device', mounting({ type: 'ext4' }), 'type ext4, options none'],
  [
    'a mount with other options',
    mounting({ type: 'bind', source: '/tmp', options: ['bind', 'rprivate', 'sync'] }),
    'bind,rprivate,sync',
  ],
  [
    'read-only at the top alone',
    mounting({ type: 'bind', source: '/tmp', options: ['rbind', 'rprivate', 'ro'] }),
    ',ro',
  ],
];

describe('a spec that says what no lab has taught', () => {
  it.each(UNTAUGHT)('is refused, not half done: %s', (_, change, message) => {
    expect(() => listOf({ ...SPEC, ...change } as Spec)).toThrow(message);
  });

  it('is not one that says less: no masks, no /proc, no name, no cgroup', () => {
    const { hostname: _, ...rest } = SPEC;
    const steps = listOf({ ...rest, mounts: [], linux: { namespaces: [MOUNT] } }).map(({ step }) => step);
    const left = ['mount-dev', 'mount-proc', 'mount-sys', 'mount-cgroup', 'hostname'];
    expect(steps.filter((step) => left.includes(step))).toEqual([]);
    expect(steps).toContain('pivot');
  });
});

function mounting(mount: object) {
  return { mounts: [...SPEC.mounts, { destination: '/mnt', ...mount }] };
}

function listOf(spec = SPEC): Piece[] {
  const layers = spec.root.path === LAYERS.target ? LAYERS : undefined;
  const cgroup = { gate: { lines: [], open: () => {} }, join: joining(), directories: new Map() };
  return containerPieces(spec, { capabilities: OWN, layers, cgroup, filter: FILTER });
}

function joining(): Syscall[] {
  const fd = open('/sys/fs/cgroup/tslab/c/cgroup.procs', O_WRONLY);
  return [fd, write(fd, '0'), close(fd)];
}

function asText(pieces: readonly Piece[]): string[] {
  return pieces.flatMap(({ lab, calls }) => from(lab, calls));
}

/** `lab 02-rootfs: pivot_root(".", ".")` */
function from(lab: string, ...lists: readonly (readonly Syscall[])[]): string[] {
  return lists.flat().map((call) => `lab ${lab}: ${renderCall(call)}`);
}
