import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { mapToRoot } from '../../src/kernel/credentials/user-namespace.js';
import { start } from '../../src/kernel/process.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';
import { type NamespaceKind, readNamespaces } from '../../src/procfs/namespaces.js';
import { ownProc, run, shell, thrownBy } from '../support/inside.js';
import { needs } from '../support/needs.js';

const KINDS: [NamespaceKind, number][] = [
  ['cgroup', k.CLONE_NEWCGROUP],
  ['ipc', k.CLONE_NEWIPC],
  ['mnt', k.CLONE_NEWNS],
  ['net', k.CLONE_NEWNET],
  ['pid', k.CLONE_NEWPID],
  ['user', k.CLONE_NEWUSER],
  ['uts', k.CLONE_NEWUTS],
];

describe('a new namespace', () => {
  it.each(KINDS)('of kind %s has another inode number inside; ours keeps its own', async (kind, flag) => {
    const before = readNamespaces('self');
    const child = start({ ...shell('read wait'), namespaces: flag, stdio: ['pipe', 1, 2] });
    const inside = readNamespaces(child.pid);
    child.stdin?.end('\n');
    await child.exited;
    const changed = Object.keys(before).filter((one) => before[one as NamespaceKind] !== inside[one as NamespaceKind]);
    expect(changed).toEqual(kind === 'pid' ? ['pid', 'pid_for_children'] : [kind]);
    expect(readNamespaces('self')).toEqual(before);
  });

  it('of pid makes its first process number 1, and its /proc shows no other', async () => {
    const spec = shell('echo $$ /proc/[0-9]*', ownProc());
    const { output, child } = await run({ ...spec, namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS });
    expect(output).toBe('1 /proc/1\n');
    expect(child.pid).toBeGreaterThan(1);
  });

  it('of mnt keeps a mount to itself', async () => {
    const before = readMountinfo();
    const list = [
      calls.mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null),
      calls.mount('tslab-test', '/tmp', 'tmpfs', 0, null),
    ];
    const { output } = await run({ ...shell('grep tslab-test /proc/self/mounts', list), namespaces: k.CLONE_NEWNS });
    expect(output).toMatch(/^tslab-test \/tmp tmpfs/);
    expect(readMountinfo()).toEqual(before);
  });

  it('of uts keeps a host name to itself', async () => {
    const before = hostname();
    const { output } = await run({ ...shell('uname -n', [calls.sethostname('inside')]), namespaces: k.CLONE_NEWUTS });
    expect(output).toBe('inside\n');
    expect(hostname()).toBe(before);
  });

  it('of user maps root inside to us, where the parent writes the map', async () => {
    const spec = { ...shell('id -u; id -g'), namespaces: k.CLONE_NEWUSER };
    expect((await run(spec, mapToRoot)).output).toBe('0\n0\n');
    expect((await run(spec)).output).toBe('65534\n65534\n');
  });
});

describe('what the kernel refuses', () => {
  it('is a host name of the host, to root in a user namespace', () => {
    const spec = { ...shell('exit 0', [calls.sethostname('stolen')]), namespaces: k.CLONE_NEWUSER };
    expect(thrownBy(() => start(spec, mapToRoot)).message).toMatch(/sethostname\("stolen", 6\) failed: EPERM .*UTS/);
    expect(hostname()).not.toBe('stolen');
  });

  it('is a namespace, to one who is not root: the error says what would help', (test) => {
    needs(test, 'root');
    const error = thrownBy(() => asNobody(() => start({ ...shell('exit 0'), namespaces: k.CLONE_NEWPID })));
    expect(error.message).toMatch(
      /^clone\(CLONE_VM\|CLONE_NEWPID\|SIGCHLD\) failed: EPERM .*: .*a user namespace first/,
    );
  });

  it('is a combination that makes no sense', () => {
    const CLONE_FS = 0x200;
    const error = thrownBy(() => start({ ...shell('exit 0'), namespaces: k.CLONE_NEWNS | CLONE_FS }));
    expect(error).toMatchObject({ errno: 'EINVAL' });
  });
});

function asNobody<T>(act: () => T): T {
  process.seteuid?.(65534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}
