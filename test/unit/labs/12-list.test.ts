import { describe, expect, it } from 'vitest';
import { mountProc, privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { makeDev } from '../../../labs/02-rootfs/calls/dev.js';
import { maskPaths } from '../../../labs/02-rootfs/calls/masks.js';
import { mountPoints } from '../../../labs/02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../../labs/02-rootfs/calls/root.js';
import { showCgroup } from '../../../labs/03-cgroups/calls/inside.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { attachVolume, openVolume } from '../../../labs/06-volumes/calls/mounts.js';
import { containerPieces, type Piece } from '../../../labs/12-runtime/calls/container.js';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { becomeUser, limitCapabilities } from '../../../labs/12-runtime/calls/user.js';
import { workingDirectory } from '../../../labs/12-runtime/calls/working-directory.js';
import { usualSpec } from '../../../src/container/usual-spec.js';
import { chdir, close, open, sethostname, write } from '../../../src/kernel/calls/index.js';
import { RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import { MS_PRIVATE, O_WRONLY } from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { renderCall } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Spec } from '../../../src/oci/spec.js';

const OWN = ownCapabilities();
const USUAL = usualSpec({ privileged: true, cgroups: 2 });
const LAYERS = { lower: ['/layers/init', '/layers/busybox'], upper: '/c/upper', work: '/c/work', target: '/c/merged' };
const MOUNT = { type: 'mount' } as const;
const SPEC: Spec = { ...USUAL, root: { path: LAYERS.target }, hostname: 'c' };

describe('the list of a container with nothing asked for', () => {
  it('is, call for call, what the labs teach, in the order of the container', () => {
    const view = showCgroup({ version: 2 });
    expect(asText(listOf())).toEqual([
      ...from('03-cgroups', joining()),
      ...from('01-pid-namespace', privateMounts()),
      ...from('04-overlay', mountOverlay({ ...LAYERS, privileged: true }), [chdir(LAYERS.target)]),
      ...from('02-rootfs', mountPoints(), makeDev(true), swapRoots()),
      ...from('01-pid-namespace', mountProc()),
      ...from('02-rootfs', mountSys(), detachOldRoot()),
      ...from('03-cgroups', view.attached),
      ...from('02-rootfs', maskPaths()),
      ...from(
        '12-runtime',
        workingDirectory('/'),
        [sethostname('c')],
        limitCapabilities(OWN)(USUAL.process.capabilities ?? {}),
      ),
      ...from('12-runtime', becomeUser(USUAL.process.user, true), ownSession(undefined)),
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

describe('the capabilities of a container', () => {
  const own = { bounding: 0b1111n, permitted: 0b0111n };
  const calls = (sets: NonNullable<Spec['process']['capabilities']>) =>
    limitCapabilities(own)(sets).map((call) => renderCall(call));
  const [chown, override] = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE'];

  it('are what the spec leaves of those that there are, in each set', () => {
    expect(calls({ bounding: [chown, override], permitted: [override], effective: [] })).toEqual([
      'prctl(PR_CAPBSET_DROP, 2, 0, 0, 0)',
      'prctl(PR_CAPBSET_DROP, 3, 0, 0, 0)',
      'capset({_LINUX_CAPABILITY_VERSION_3, 0}, {effective=0x0, permitted=0x2, inheritable=0x0})',
    ]);
  });

  it('are, for a user who is not root, all of the bounding set until there is that user', () => {
    expect(calls({ bounding: [chown, 'CAP_FOWNER'] }).at(-1)).toContain(
      '{effective=0x1, permitted=0x1, inheritable=0x0}',
    );
  });

  it('are none where the spec names none', () => {
    expect(calls({})).toHaveLength(5);
    expect(calls({}).at(-1)).toContain('permitted=0x0');
  });
});

/** A namespace, mount or field that the list does nothing about. */
const UNTAUGHT: readonly [string, object, message: string][] = [
  ['a field', { hooks: {} }, 'hooks'],
  ['a field of the process', { process: { ...SPEC.process, rlimits: [], noNewPrivileges: true } }, 'process.rlimits, '],
  ['a set of capabilities', { process: { ...SPEC.process, capabilities: { ambient: [] } } }, '.ambient'],
  ['a field for Linux', { linux: { ...SPEC.linux, seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } } }, 'linux.seccomp'],
  ['a limit', { linux: { ...SPEC.linux, resources: { cpu: { burst: 1 } } } }, 'linux.resources.cpu.burst'],
  ['swap beside memory', { linux: { ...SPEC.linux, resources: { memory: { limit: 1, swap: 2 } } } }, 'memory.swap'],
  [
    'to join a namespace',
    { linux: { ...SPEC.linux, namespaces: [MOUNT, { type: 'pid', path: '/p' }] } },
    'namespaces with a path',
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
  ['a cgroup namespace in the dark', { mounts: [] }, 'linux.namespaces with cgroup'],
  [
    'half of /dev',
    { mounts: SPEC.mounts.filter(({ destination }) => destination !== '/dev/shm') },
    'mounts with /dev, ',
  ],
  ['another filesystem', mounting({ type: 'ext4', source: '/dev/sda' }), 'type ext4, options none'],
  [
    'a mount with other options',
    mounting({ type: 'bind', source: '/tmp', options: ['bind', 'rprivate'] }),
    'bind,rprivate',
  ],
  [
    'read-only at the top alone',
    mounting({ type: 'bind', source: '/tmp', options: ['rbind', 'rprivate', 'ro'] }),
    ',ro',
  ],
  ['programs in a tmpfs', mounting({ type: 'tmpfs', options: ['nosuid', 'nodev', 'size=1m'] }), 'nosuid,nodev,size=1m'],
  ['a flag of a tmpfs', mounting({ type: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', 'ro'] }), 'nodev,noexec,ro'],
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
  return containerPieces(spec, { capabilities: OWN, layers, cgroup });
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
