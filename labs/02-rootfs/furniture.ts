import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { seen } from '../../src/lab/sight.js';
import { containerRoot, ROOT_NAMESPACES } from '../02-rootfs.js';

/** The steps that furnish the new root, in the order in which they are shown: each builds on those before it. */
const FURNITURE = ['mount-dev', 'mount-proc', 'mount-sys', 'mask'] as const;

type Piece = (typeof FURNITURE)[number];

export async function* devStep(lab: Lab): Telling {
  yield* lab.step('mount-dev');
  const { before, after } = yield* compare(lab, 'mount-dev', 'echo /dev/*; head -c 4 /dev/zero | wc -c');
  yield* lab.check('without it, /dev is empty', '/dev/*\n0', before);
  yield* lab.check('with it, /dev/zero gives zeros', '4', after.split('\n').at(-1) ?? null);
  const devices = 'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero';
  yield* lab.check('/dev holds these and no disk', devices, (after.split('\n')[0] ?? '').replaceAll('/dev/', ''));
}

export async function* procStep(lab: Lab): Telling {
  yield* lab.step('mount-proc');
  const { before, after } = yield* compare(lab, 'mount-proc', 'echo /proc/[0-9]*');
  yield* lab.check('without it, /proc is an empty directory', '/proc/[0-9]*', before);
  yield* lab.check('with it, PID 1 is there, and nobody else', '/proc/1', after);
}

export async function* sysStep(lab: Lab): Telling {
  yield* lab.step('mount-sys');
  const { after } = yield* compare(lab, 'mount-sys', 'echo /sys/class/net/*; touch /sys/kernel/notes 2>&1');
  const [links, refusal] = after.split('\n');
  yield* lab.check('it shows the links of the container', '/sys/class/net/lo', links ?? null);
  const held = /Read-only/.test(refusal ?? '');
  yield* lab.checkThat('it cannot be written', held, { expected: 'Read-only file system', actual: refusal ?? '' });
}

export async function* maskStep(lab: Lab): Telling {
  yield* lab.step('mask');
  const { after } = yield* compare(
    lab,
    'mask',
    'head -c 9 /proc/interrupts | wc -c; cat /proc/sys/vm/swappiness 2>&1 > /proc/sys/vm/swappiness && echo written',
  );
  const [bytes, refusal] = after.split('\n');
  yield* lab.check('a masked file is empty', '0', bytes ?? null);
  const held = /Read-only/.test(refusal ?? '');
  yield* lab.checkThat('a setting of the kernel cannot be written', held, {
    expected: 'Read-only file system',
    actual: refusal ?? 'written',
  });
}

/** What a command prints in a container that is furnished up to a piece, without it and with it. */
async function* compare(lab: Lab, piece: Piece, command: string): Telling<{ before: string; after: string }> {
  const earlier = FURNITURE.slice(0, FURNITURE.indexOf(piece));
  const before = yield* inside(lab, earlier, command);
  yield* lab.observe('before', seen('container', command, before));
  const after = yield* inside(lab, [...earlier, piece], command);
  yield* lab.observe('after', seen('container', command, after), piece === 'mount-dev' ? 'mknodat' : 'mount');
  return { before, after };
}

/** Runs a command in a container that has these pieces, except what `--skip` leaves out. */
async function* inside(lab: Lab, pieces: readonly Piece[], command: string): Telling<string> {
  const wanted = (step: string) => !lab.skips(step) && (step === 'umount-old-root' || pieces.includes(step as Piece));
  const calls = containerRoot(lab.rootfs.path, lab.privileged, (step, list) => (wanted(step) ? list : []));
  const spec = { namespaces: ROOT_NAMESPACES, calls: [...calls, shell(`${command}; exit`)] };
  const { output } = yield* lab.run(spec, command);
  return output.trim();
}
