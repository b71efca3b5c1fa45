import { readFileSync } from 'node:fs';
import { bytes, integer, named, syscall } from '../../../../src/kernel/arguments.js';
import { callUntraced } from '../../../../src/kernel/call.js';
import { capset, clone, close, exitGroup, ioctl, read, setsid, write } from '../../../../src/kernel/calls/index.js';
import * as k from '../../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../../src/kernel/syscall.js';
import { openPty, type Pty } from '../../../../src/kernel/terminal/pty.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { shell } from '../../../../src/lab/script.js';
import { outcomes } from '../setup.js';

const TYPED = 'typed by the user';
const PUT = 'id';
const TIOCSTI = 0x5412;
// Not `read` of a shell: that of busybox polls, and what is written to a pipe is never there to be read.
const READ_STDERR = `line=$(head -n 1 <&2 2>/dev/null); echo "\${line:-nothing}"`;

// #region terminal
export async function terminalStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('terminal');
  await withTerminal(lab, async (pty) => {
    await lab.check('what a program reads from its stderr, a terminal', TYPED, await readsStderr(lab, pty));
    const second = wanted ? readsStderr(lab) : readsStderr(lab, pty);
    await lab.check('what it reads from its stderr, a pipe', 'nothing', await second);
    if (!lab.privileged && !mayPut()) return;
    const outcome = await put(lab, pty, []);
    await lab.check('characters put into the terminal of a session', 'done', outcome);
    await lab.check('what the user’s shell reads', PUT, outcome === 'done' ? await lineFrom(lab, pty) : '');
    const own = wanted ? [clone(0), setsid(), capset(0n, 0n, 0n)] : [];
    await lab.check('the same from a session of its own', 'EPERM', await put(lab, pty, own));
  });
}

/** The user types a line at a terminal, where a program runs that has been told to read nothing. */
async function readsStderr(lab: Lab, pty?: Pty): Promise<string> {
  if (pty) await lab.call(write(pty.master, `${TYPED}\n`));
  const child = await lab.start({ calls: [shell(READ_STDERR)], stdio: ['null', 'pipe', pty?.slave ?? 'pipe'] });
  return (await lab.finish(child, READ_STDERR)).output;
}

/** The session of a user, who has a terminal, and a process in it: it puts characters there as if he had typed them (ioctl_tty(2)). */
async function put(lab: Lab, { slave }: Pty, calls: readonly Syscall[]): Promise<string> {
  const session = [setsid(), ioctl(slave, k.TIOCSCTTY, 0)];
  const characters = [...`${PUT}\n`].map((one) => mayFail(putCharacter(slave, one)));
  const child = await lab.start({ calls: [...session, ...calls, ...characters, exitGroup(0)] });
  await child.exited;
  return outcomes(child, 'ioctl').at(-1) ?? '';
}

function putCharacter(fd: number, character: string): Syscall {
  return syscall(
    'ioctl',
    integer(fd),
    named('TIOCSTI', TIOCSTI),
    bytes(Buffer.from(character), JSON.stringify(character)),
  );
}
// #endregion

async function lineFrom(lab: Lab, { slave }: Pty): Promise<string> {
  const line = Buffer.alloc(64);
  return line
    .subarray(0, await lab.call(read(slave, line)))
    .toString()
    .trim();
}

/** Whether the kernel lets users without CAP_SYS_ADMIN do so: since Linux 6.2 a machine may say no. */
function mayPut(): boolean {
  try {
    return readFileSync('/proc/sys/dev/tty/legacy_tiocsti', 'utf8').trim() === '1';
  } catch {
    return true;
  }
}

/** A terminal of the lab's own. */
async function withTerminal(lab: Lab, use: (pty: Pty) => Promise<void>): Promise<void> {
  const pty = await lab.folded(() => lab.doing(() => openPty(k.AT_FDCWD, '/dev/ptmx')));
  try {
    await use(pty);
  } finally {
    for (const fd of [pty.slave, pty.master]) callUntraced(close(fd));
  }
}
