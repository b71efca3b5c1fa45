import { close, fchdir, open } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import { mayFail } from '../../src/kernel/syscall.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { seen } from '../../src/lab/sight.js';
import { fileId } from '../02-rootfs/chroot.js';
import { sleepingContainer } from './container.js';
import { enterNamespaces } from './enter.js';

export async function* openDescriptor(lab: Lab): Telling {
  const wanted = yield* lab.step('descriptor');
  const container = yield* sleepingContainer(lab);
  const escaped = yield* withHostDirectory(lab, container, false);
  yield* lab.check('an open directory of the host leads out', fileId('/'), escaped);
  const held = yield* withHostDirectory(lab, container, wanted);
  yield* lab.check('closed in time, it does not', fileId(lab.rootfs.path), held);
  yield* lab.kill(container);
}

// #region trap
/** A visitor that had the host's root open when it came in, and goes there: CVE-2024-21626 in five calls. Where it ends up. */
async function* withHostDirectory(lab: Lab, container: Child, fix: boolean): Telling<string> {
  const directory = open('/', k.O_RDONLY | k.O_DIRECTORY);
  const visitor = yield* lab.visit(container, (pidfd, own) => [
    directory,
    ...enterNamespaces(pidfd, k.CLONE_NEWNS | k.CLONE_NEWPID | own),
    ...(fix ? [close(directory)] : []),
    mayFail(fchdir(directory)),
    shell('pwd; exec sleep 60'),
  ]);
  // #endregion
  const place = fileId(`/proc/${visitor.pid}/cwd/`);
  yield* lab.observe('during', seen('host', `/proc/${visitor.pid}/cwd`, place), 'fchdir');
  yield* lab.kill(visitor);
  return place;
}
