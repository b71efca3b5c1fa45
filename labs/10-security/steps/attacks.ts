import { integer, syscall } from '../../../src/kernel/arguments.js';
import { exitGroup, kill, mount, open, settimeofday, umount2, unshare } from '../../../src/kernel/calls/index.js';
import { addKey, KEY_SPEC_SESSION_KEYRING } from '../../../src/kernel/calls/keys.js';
import { unreadLog } from '../../../src/kernel/calls/privileged.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child, ProcessSpec } from '../../../src/kernel/process.js';
import { recordErrno } from '../../../src/kernel/render.js';
import { SOCK_RAW, socket } from '../../../src/kernel/sockets/calls.js';
import { AF_PACKET } from '../../../src/kernel/sockets/socket-address.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { ownKeyring } from '../calls/keyring.js';
import { giveUpDefault } from './closed.js';
import { container, SCRATCH } from './setup.js';

/** What somebody in a container tries, and what the kernel says where it gives up what containers give up by default. */
interface Attack {
  readonly name: string;
  readonly call: Syscall;
  readonly closed: string;
}

// #region attacks
/** In this order: what the first has opened, the second uses. Nothing of the host's is changed by any of them. */
function attacks(): Attack[] {
  return [
    { name: 'take the cover off /proc/sys', call: umount2('/proc/sys', k.MNT_DETACH), closed: 'EPERM' },
    { name: 'open a setting of the kernel', call: open('/proc/sys/vm/swappiness', k.O_WRONLY), closed: 'EROFS' },
    { name: 'mount a filesystem', call: mount('tmpfs', SCRATCH, 'tmpfs', 0, null), closed: 'EPERM' },
    { name: 'make a namespace', call: unshare(k.CLONE_NEWNS), closed: 'EPERM' },
    { name: 'put a key into a keyring', call: addKey('tslab', 'x', KEY_SPEC_SESSION_KEYRING), closed: 'EPERM' },
    { name: 'set the clock', call: settimeofday(), closed: 'EPERM' },
    { name: 'ask for the log of the kernel', call: unreadLog(), closed: 'EPERM' },
    { name: 'hold up the kernel at a page', call: syscall('userfaultfd', integer(0)), closed: 'EPERM' },
    { name: 'send packets of any kind', call: socket(AF_PACKET, SOCK_RAW), closed: 'done' },
  ];
}

/** The same with the processes of the host in sight (docker run --pid host). */
function attacksOn(pid: number): Attack[] {
  const root = open(`/proc/${pid}/root`, k.O_PATH | k.O_CLOEXEC);
  return [
    { name: 'reach the files of a process of the host', call: root, closed: 'EACCES' },
    { name: 'send a signal to a process of the host', call: kill(pid, 0), closed: 'done' },
  ];
}

export async function attacksStep(lab: Lab): Promise<void> {
  await lab.step('attacks');
  await tryAll(lab, container(lab), attacks());
  const victim = await lab.start({ calls: [shellThatStays()] });
  await tryAll(lab, { namespaces: k.CLONE_NEWNS, calls: [] }, attacksOn(victim.pid));
}

/** Makes the calls in a container that may do all that root may, and in one that has given up what is given up by default. */
async function tryAll(lab: Lab, { namespaces, calls }: Pick<ProcessSpec, 'namespaces' | 'calls'>, tried: Attack[]) {
  const attempt = tried.map(({ call }) => mayFail(call));
  const made = async (giveUp: readonly Syscall[]) => {
    const list = [...calls, ...ownKeyring(), ...giveUp, ...attempt, exitGroup(0)];
    const child = await lab.start({ ...(namespaces ? { namespaces } : {}), calls: list });
    return attempt.map((call) => outcomeOf(child, call));
  };
  const [open_, closed] = [await made([]), await made(giveUpDefault())];
  for (const [i, { name, closed: expected }] of tried.entries()) {
    // What this kernel has not, nobody can try: userfaultfd is an option of it.
    if (open_[i] !== 'ENOSYS') await lab.check(name, `done, then ${expected}`, `${open_[i]}, then ${closed[i]}`);
  }
}
// #endregion

function outcomeOf(child: Child, one: Syscall): string {
  const record = child.trace().find(({ call }) => call === one);
  return record === undefined ? 'not made' : (recordErrno(record) ?? 'done');
}
