import { capset, exitGroup, ioctl, write } from '../../../src/kernel/calls/index.js';
import { TIOCSCTTY } from '../../../src/kernel/constants.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import * as wrong from './sabotage.js';

const both = (...faults: readonly wrong.Fault[]) => wrong.both(...faults);
/** Nothing is given up. */
const OPEN = wrong.drop(/^(seccomp|capset|prctl\(PR_SET_NO_NEW_PRIVS)/);

/** Without one of its steps, the checks that fail: of masks, working directories, programs, keys, files, terminals. */
export const ABLATIONS_OF_LAYERS: Record<string, readonly string[]> = {
  mask: ['mask: the setting of the host, masks first', 'mask: what is left at the masked path'],
  cwd: ['cwd: the same, by openat2 without magic links'],
  seal: [
    'seal: the same, started by a sealed program',
    'seal: writing to a sealed program that has ended',
    'seal: what the host’s program begins with',
  ],
  keyring: ['keyring: with a session keyring of its own'],
  handle: ['handle: the same without CAP_DAC_READ_SEARCH'],
  terminal: ['terminal: what it reads from its stderr, a pipe', 'terminal: the same from a session of its own'],
};

/** Runs of lab 10 in which something is wrong in these steps. */
export const SABOTAGES_OF_LAYERS: readonly wrong.Run[] = [
  {
    faults: {
      mask: both(wrong.program('echo ours', 'true'), wrong.drop(/^(openat2|close)\(/)),
      cwd: wrong.program('cat secret', 'echo closed'),
      seal: both(
        wrong.drop(/^readlinkat/),
        wrong.replace(/^execve\("[^"]*entrypoint/, exitGroup(127)),
        wrong.argument(/^openat\(.*O_WRONLY/, /\/exe$/, '/comm'),
        wrong.replace(/^write\(.*"overwritten"/, mayFail(write(-1, 'x'))),
      ),
      keyring: both(wrong.drop(/^keyctl\(KEYCTL_READ/), wrong.drop(/^seccomp/)),
      handle: both(wrong.drop(/^read\(/), wrong.drop(/^seccomp/)),
      terminal: both(
        wrong.program('head -n 1', 'false'),
        wrong.replace(/^ioctl\(\d+, TIOCSTI/, mayFail(ioctl(-1, TIOCSCTTY, 0))),
      ),
      attacks: both(OPEN, wrong.drop(/^(socket|kill)\(/)),
      why: OPEN,
      shared: both(OPEN, wrong.program(/cat \S*boot_id|grep MemTotal|date/, 'echo')),
    },
    fails: [
      'mask: the setting of the host, volumes first',
      'mask: volumes first, and masks that follow no link',
      'cwd: secret in its working directory, by chdir',
      'seal: the program of a container before its execve',
      'seal: an entrypoint that begins with #!/proc/self/exe',
      'seal: opening the file of a program that runs, to write',
      'seal: writing to it when the program has ended',
      'seal: what the host’s program begins with now',
      'seal: writing to a sealed program that has ended',
      'keyring: a key of the host’s session, in a container',
      'keyring: a key of the user’s keyring, all the same',
      'keyring: the same, behind the default filter',
      'handle: a file beside the volume, by its handle',
      'handle: the same with it, behind the default filter',
      'terminal: what a program reads from its stderr, a terminal',
      'terminal: characters put into the terminal of a session',
      'terminal: what the user’s shell reads',
      'terminal: the same from a session of its own',
      'attacks: take the cover off /proc/sys',
      'attacks: open a setting of the kernel',
      'attacks: mount a filesystem',
      'attacks: make a namespace',
      'attacks: put a key into a keyring',
      'attacks: set the clock',
      'attacks: ask for the log of the kernel',
      'attacks: send packets of any kind',
      'attacks: reach the files of a process of the host',
      'attacks: send a signal to a process of the host',
      'why: mount, in a container',
      'why: mount, without the filter',
      'why: mount, with all capabilities',
      'shared: its capabilities',
      'shared: boot id, the same as the host’s',
      'shared: memory of the machine',
      'shared: its clock and that of the host',
      'shared: lines that it reads in the log of the kernel',
    ],
    // What a kernel may not have: userfaultfd; a tracer that tells of capabilities (Linux 6.14).
    perhaps: [
      'attacks: hold up the kernel at a page',
      'why: who refuses mount, according to the tracer',
      'why: and without the filter',
    ],
  },
  {
    faults: { why: wrong.before(/^mount\("tmpfs".*size=64k/, capset(0n, 0n, 0n)) },
    fails: ['why: mount, without the filter and with all capabilities'],
  },
];
