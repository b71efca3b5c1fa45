import { chdir, close, dup3, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { ALL_NAMESPACES, enterNamespaces } from '../calls/enter.js';
import { startContainer } from './setup.js';

const COMMAND = 'echo *';

export async function openDescriptor(lab: Lab): Promise<void> {
  await lab.step('descriptor');
  const container = await startContainer(lab);
  const escaped = await workIn(lab, container, []);
  await lab.check('an open directory of the host leads out', fileId('/'), escaped);
  const held = await workIn(lab, container, lab.unlessSkipped('descriptor', [close(FORGOTTEN)]));
  await lab.check('closed in time, it leads to the container’s root', fileId(lab.rootfs.path), held);
}

// #region trap
/** A descriptor that the runtime has forgotten to close. In runc it was 7 or 8. */
const FORGOTTEN = 100;

/** A directory of the host, open under that number. That execve will close it does not help: chdir comes before. */
function forget(): Syscall[] {
  const root = open('/', k.O_RDONLY | k.O_DIRECTORY | k.O_CLOEXEC);
  return [root, dup3(root, FORGOTTEN, k.O_CLOEXEC), close(root)];
}

/** A visitor whose working directory somebody else has chosen: CVE-2024-21626. Device and inode of where it ends up. */
async function workIn(lab: Lab, container: Child, remedy: readonly Syscall[]): Promise<string> {
  const visitor = await lab.visit(container, (pidfd, own) => [
    ...forget(),
    ...enterNamespaces(pidfd, ALL_NAMESPACES | own),
    ...remedy,
    mayFail(chdir(`/proc/self/fd/${FORGOTTEN}`)),
    shellThatStays(COMMAND),
  ]);
  // #endregion
  await lab.hear(visitor, COMMAND);
  const place = fileId(`/proc/${visitor.pid}/cwd/`);
  const last = madeBy(visitor, remedy.length > 0 ? 'setns' : 'chdir');
  await lab.observe('during', observed('host', `/proc/${visitor.pid}/cwd`, place), last);
  return place;
}
