import { describe, expect, it } from 'vitest';
import { mountProc, privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { makeDev } from '../../../labs/02-rootfs/calls/dev.js';
import { maskPaths } from '../../../labs/02-rootfs/calls/masks.js';
import { mountPoints } from '../../../labs/02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../../labs/02-rootfs/calls/root.js';
import { showCgroup } from '../../../labs/03-cgroups/calls/inside.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { attachVolume, openVolume } from '../../../labs/06-volumes/calls/mounts.js';
import { containerPieces, type Piece, type Surroundings } from '../../../labs/12-runtime/calls/container.js';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { becomeUser } from '../../../labs/12-runtime/calls/user.js';
import { workingDirectory } from '../../../labs/12-runtime/calls/working-directory.js';
import type { ContainerConfig } from '../../../src/container/record.js';
import { chdir, close, open, sethostname, write } from '../../../src/kernel/calls/index.js';
import { RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import { MS_PRIVATE, O_WRONLY } from '../../../src/kernel/constants.js';
import { dropCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { renderCall } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

const IDENTITY = { uid: 0, gid: 0, groups: [0], home: '/root' };
const CONFIG: ContainerConfig = {
  ...{ id: 'c'.repeat(64), name: 'c', image: 'busybox', layers: ['/layers/busybox'], created: '' },
  process: { args: ['true'], env: ['PATH=/sbin:/bin'], cwd: '/', user: '', tty: false, interactive: false },
  ...{ hostname: 'c', mounts: [], readOnly: false, network: 'none', resources: {}, init: false, stopSignal: 'SIGTERM' },
  ...{ restart: { name: 'no' }, autoRemove: false, detached: false, skip: [] },
};
const LAYERS = { lower: ['/layers/init', '/layers/busybox'], upper: '/c/upper', work: '/c/work', target: '/c/merged' };

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
      ...from('12-runtime', workingDirectory('/'), [sethostname('c')], dropCapabilities()),
      ...from('12-runtime', becomeUser(IDENTITY), ownSession(undefined)),
      ...from('12-runtime', execvp(['true'], [...CONFIG.process.env, 'HOME=/root'])),
    ]);
  });

  it('has with a volume the calls of lab 06 besides, and no others', () => {
    const volume = { source: '/tmp', target: '/mnt', readOnly: false } as const;
    const pieces = listOf({ mounts: [{ ...volume, type: 'bind', propagation: 'rprivate' }] });
    const isAdded = ({ step }: Piece) => step === 'open-volumes' || step === 'volumes';
    const tree = openVolume('/tmp');
    const options = { readOnly: false, isDirectory: true, propagation: MS_PRIVATE, resolve: RESOLVE_NO_SYMLINKS };
    expect(asText(pieces.filter(isAdded))).toEqual(from('06-volumes', [tree], attachVolume(tree, '/mnt', options)));
    expect(asText(pieces.filter((piece) => !isAdded(piece)))).toEqual(asText(listOf()));
  });

  it('has in the place of the overlay lab 02’s bind where a directory is the root', () => {
    const [layered, bound] = [listOf(), listOf({ root: '/bundle/rootfs' })];
    const others = bound.filter(({ step }, i) => step !== layered[i]?.step);
    expect(asText(others)).toEqual(from('02-rootfs', bindSelf('/bundle/rootfs')));
    expect(bound).toHaveLength(layered.length);
  });
});

function listOf({ mounts = [], root = LAYERS }: Partial<Pick<Surroundings, 'mounts' | 'root'>> = {}): Piece[] {
  const cgroup = { gate: { lines: [], open: () => {} }, join: joining() };
  const at = { root, identity: IDENTITY, privileged: true, mounts, ownFiles: [], cgroup };
  return containerPieces(CONFIG, { ...at, cgroupView: { version: 2 } });
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
