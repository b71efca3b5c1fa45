import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { needs } from '../support/needs.js';
import { expectAsTold, labIn, OWN_MOUNTS, type Surroundings, tslabIn, verdictsIn } from './surroundings.js';

const ROOT_OF_A_USER_NAMESPACE: Surroundings = {
  name: 'root of a user namespace',
  script: '"$@"',
  enter: ['unshare', '--user', '--map-root-user'],
};

const WITHOUT_SYS_ADMIN: Surroundings = {
  name: 'root without CAP_SYS_ADMIN',
  script: '"$@"',
  enter: ['setpriv', '--bounding-set=-sys_admin'],
};

const AS_ROOT = '"$@"';
const AS_NOBODY = 'chmod 777 "$TSLAB_STATE"; setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';

/** A mount over the state directory. */
function onState(name: string, mount: string, run = AS_ROOT): Surroundings {
  return { name: `a state directory ${name}`, script: `${mount} "$TSLAB_STATE"; ${run}`, enter: OWN_MOUNTS };
}

/** Its layers are in memory: to unmount an overlay writes the whole disk of its upper layer out, which took 20 s of a minute. */
const OVERLAY = `mount -t tmpfs t "$TSLAB_STATE"; mkdir -p "$TSLAB_STATE"/u "$TSLAB_STATE"/w "$TSLAB_STATE"/l
mount -t overlay -o lowerdir="$TSLAB_STATE"/l,upperdir="$TSLAB_STATE"/u,workdir="$TSLAB_STATE"/w o`;
const READ_ONLY = 'for m in /sys/fs/cgroup/*; do if mountpoint -q $m; then mount -o remount,bind,ro $m; fi; done';

/** The switch is one for each pid namespace, in which tslab is PID 1 then. */
const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Surroundings, and labs that notice them. */
const ALL: readonly [Surroundings, ...labs: string[]][] = [
  [ROOT_OF_A_USER_NAMESPACE, '02', '04', '05'],
  [WITHOUT_SYS_ADMIN, '02', '04'],
  [onState('with noexec', 'mount -t tmpfs -o noexec t'), '01', '04', '06', '12'],
  [onState('with noexec, of nobody', 'mount -t tmpfs -o noexec t', AS_NOBODY), '02', '06'],
  [onState('on an overlay', OVERLAY), '01', '04', '06', '12'],
  [onState('on an overlay, of nobody', OVERLAY, AS_NOBODY), '04', '12'],
  [onState('without attributes', 'mount -t ramfs r'), '04'],
  [onState('without attributes, of nobody', 'mount -t ramfs r', AS_NOBODY), '04'],
  [onState('that is full', 'mount -t tmpfs -o size=4k t'), '01', '04'],
  [onState('of 3 MB', 'mount -t tmpfs -o size=3m t'), '01', '04'],
  [onState('of 3 MB, of nobody', 'mount -t tmpfs -o size=3m t', AS_NOBODY), '04'],
  [onState('of 8 MB', 'mount -t tmpfs -o size=8300k t'), '04'],
  [onState('of 100 files', 'mount -t tmpfs -o nr_inodes=100 t'), '01'],
  [onState('of 600 files', 'mount -t tmpfs -o nr_inodes=600 t'), '01', '04'],
  [{ name: 'vm.memfd_noexec', script: `echo 2 > /proc/sys/vm/memfd_noexec; ${AS_ROOT}`, enter: OWN_PIDS }, '01', '02'],
  [{ name: 'read-only control groups', script: `${READ_ONLY}; ${AS_ROOT}`, enter: OWN_MOUNTS }, '03', '05', '12'],
  [{ name: 'read-only control groups, as nobody', script: `${READ_ONLY}; ${AS_NOBODY}`, enter: OWN_MOUNTS }, '03'],
];

const NAMED = ALL.map(([where, ...labs]) => ({ where, labs, name: where.name }));

// Each has mounts and a state directory of its own, and most of its time is one process's.
describe.concurrent.for(NAMED)('$name', ({ where, labs }) => {
  it('is told of the labs what then happens', async (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const state = ownState(test);
    const verdicts = await verdictsIn(where, state);
    const noticing = verdicts.filter(({ id }) => labs.some((number) => id.startsWith(number)));
    for (const verdict of noticing) expectAsTold(verdict, await labIn(where, verdict.id, state));
    test.expect(noticing.length).toBe(labs.length);
  });
});

describe.for([ROOT_OF_A_USER_NAMESPACE, WITHOUT_SYS_ADMIN])('$name', (where) => {
  it('runs containers as an ordinary user does, in a user namespace of their own', async (test) => {
    needs(test, 'root');
    const script = 'id -u; ls /dev; readlink /proc/self/ns/user';
    const { stdout, stderr } = await tslabIn(where, ['run', '--rm', 'busybox', 'sh', '-c', script], ownState(test));
    test.expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    test
      .expect(lines)
      .toEqual(test.expect.arrayContaining(['0', 'null', test.expect.stringMatching(/^user:\[\d+\]$/)]));
    test.expect(lines.at(-1)).not.toBe('user:[4026531837]');
  });
});

/** A state directory, until the test ends. */
function ownState({ onTestFinished }: TestContext): string {
  const state = mkdtempSync(join(tmpdir(), 'tslab-surroundings-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}
