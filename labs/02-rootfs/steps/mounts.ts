import type { Syscall } from '../../../src/kernel/syscall.js';
import { naming, withName } from '../../../src/lab/cause.js';
import type { Finished, Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shell } from '../../../src/lab/script.js';
import { containerRoot, ROOT_NAMESPACES } from '../calls/root.js';

/** The steps that furnish the new root, in the order in which they are shown: each builds on those before it. */
const FURNITURE = ['mount-dev', 'mount-proc', 'mount-sys', 'mask'] as const;

type Piece = (typeof FURNITURE)[number];

/** What the calls of a piece name that its command notices. */
const NOTICED: Readonly<Record<Piece, readonly string[]>> = {
  'mount-dev': ['dev'],
  'mount-proc': ['proc'],
  'mount-sys': ['sysfs'],
  mask: ['/proc/interrupts', '/proc/sys'],
};

export async function devStep(lab: Lab): Promise<void> {
  await lab.step('mount-dev');
  const { before, after } = await compare(lab, 'mount-dev', 'echo /dev/*; head -c 4 /dev/zero | wc -c');
  await lab.check('without it, /dev is empty', '/dev/*\n0', before);
  await lab.check('with it, /dev/zero gives zeros', '4', after.split('\n').at(-1) ?? null);
  const devices = 'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero';
  await lab.check('/dev holds these and no disk', devices, (after.split('\n')[0] ?? '').replaceAll('/dev/', ''));
}

export async function procStep(lab: Lab): Promise<void> {
  await lab.step('mount-proc');
  const { before, after } = await compare(lab, 'mount-proc', 'echo /proc/[0-9]*');
  await lab.check('without it, /proc is an empty directory', '/proc/[0-9]*', before);
  await lab.check('with it, only PID 1 is there', '/proc/1', after);
}

export async function sysStep(lab: Lab): Promise<void> {
  await lab.step('mount-sys');
  const { after } = await compare(lab, 'mount-sys', 'echo /sys/class/net/*; touch /sys/kernel/notes 2>&1');
  const [links, refusal] = after.split('\n');
  await lab.check('it shows the links of the container', '/sys/class/net/lo', links ?? null);
  const held = /Read-only/.test(refusal ?? '');
  await lab.checkThat('it is read-only', held, { expected: 'Read-only file system', actual: refusal ?? '' });
}

export async function maskStep(lab: Lab): Promise<void> {
  await lab.step('mask');
  const { after } = await compare(
    lab,
    'mask',
    'head -c 9 /proc/interrupts | wc -c; cat /proc/sys/vm/swappiness 2>&1 > /proc/sys/vm/swappiness && echo written',
  );
  const [bytes, refusal] = after.split('\n');
  await lab.check('a masked file is empty', '0', bytes ?? null);
  const held = /Read-only/.test(refusal ?? '');
  await lab.checkThat('a setting of the kernel cannot be written', held, {
    expected: 'Read-only file system',
    actual: refusal ?? 'written',
  });
}

/** What a command prints in a container that is furnished up to a piece, without it and with it. */
async function compare(lab: Lab, piece: Piece, command: string): Promise<{ before: string; after: string }> {
  const earlier = FURNITURE.slice(0, FURNITURE.indexOf(piece));
  const { output: before } = await inside(lab, earlier, command);
  await lab.observe('before', observed('container', command, before));
  const { output: after, calls } = await inside(lab, [...earlier, piece], command);
  const made = withName(naming(calls, ...NOTICED[piece]), 'mount', 'mknodat', 'symlinkat', 'mkdirat');
  await lab.observe('after', observed('container', command, after), made);
  return { before, after };
}

/** Runs a command in a container that these calls make: it has these pieces, except what `--skip` leaves out. */
async function inside(lab: Lab, pieces: readonly Piece[], command: string): Promise<Finished & { calls: Syscall[] }> {
  const wanted = (step: string) => !lab.skips(step) && (step === 'umount-old-root' || pieces.includes(step as Piece));
  const calls = containerRoot(lab.rootfs.path, lab.privileged, (step, list) => (wanted(step) ? list : []));
  const spec = { namespaces: ROOT_NAMESPACES, calls: [...calls, shell(`${command}; exit`)] };
  return { ...(await lab.run(spec, command)), calls };
}
