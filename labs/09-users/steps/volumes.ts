import { join } from 'node:path';
import { chdir, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { enterUserNamespace } from '../calls/enter-user.js';
import { idmapped } from '../calls/idmap.js';
import { NOBODY, outcomes, ownerOutside, ownersIn } from './look.js';
import { bindData, DATA, directoryFor, newContainer, newFile, withUserNamespace } from './setup.js';

const LIST = 'ls -ln ours theirs';

// #region volume
export async function volumeStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('volume');
  const data = directoryFor(lab, 'volume');
  newFile(join(data, 'ours'), 'hello\n', { uid: 0, gid: 0, mode: 0o644 });
  newFile(join(data, 'theirs'), 'hello\n', { uid: 1000, gid: 1000, mode: 0o644 });
  const holder = await lab.folded(() => newContainer(lab, 0, []));
  await withUserNamespace(lab, holder, async (fd) => {
    const plain = await enterWith(lab, fd, bindData(data));
    await lab.check('owners in a bind mount', `${NOBODY} ${NOBODY}`, plain.owners);
    await lab.check('a new file there', 'EACCES', plain.made);
    const mapped = [...privateMounts(), ...idmapped(data, DATA, fd)];
    const mount = await enterWith(lab, fd, wanted ? mapped : bindData(data));
    await lab.check('owners in an id-mapped mount', '0 1000', mount.owners);
    await lab.check('a new file there, too', 'done', mount.made);
  });
  // #endregion
  await lab.check(
    'owner and group of that file, on the host',
    '0 0',
    await lab.observe('after', ownerOutside(join(data, 'new'))),
  );
}

interface Seen {
  /** Of the two files, as the container sees them. */
  readonly owners: string;
  /** What came of making one. */
  readonly made: string;
}

/** A container with a volume: the mount is made by root of the host, before the user namespace is entered. */
async function enterWith(lab: Lab, fd: number, mounts: readonly Syscall[]): Promise<Seen> {
  const make = mayFail(open('new', k.O_WRONLY | k.O_CREAT | k.O_CLOEXEC, 0o644));
  const calls = [...mounts, ...enterUserNamespace(fd), chdir(DATA), make, shellThatStays(LIST)];
  const child: Child = await lab.start({ namespaces: k.CLONE_NEWNS, calls, stdio: ['null', 'pipe', 'pipe'] });
  return { owners: ownersIn(await lab.hear(child, LIST, 2)), made: outcomes(child, 'openat').at(-1) ?? '' };
}
