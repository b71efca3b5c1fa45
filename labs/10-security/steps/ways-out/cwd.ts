import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, dup3, open } from '../../../../src/kernel/calls/index.js';
import * as k from '../../../../src/kernel/constants.js';
import type { Syscall } from '../../../../src/kernel/syscall.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { runScript } from '../../../../src/lab/script.js';
import { goTo } from '../../calls/go-to.js';
import { container, directoryFor } from '../setup.js';
import { refusalOf } from './mask.js';

const SECRET = 'a file of the host';
/** A descriptor that the runtime has open while it makes the container. */
const LEFT_OPEN = 99;
/** What the image says: WORKDIR /proc/self/fd/99. */
const WORKDIR = `/proc/self/fd/${LEFT_OPEN}`;

// #region cwd
export async function cwdStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('cwd');
  const host = directoryFor(lab, 'cwd');
  writeFileSync(join(host, 'secret'), `${SECRET}\n`);
  const directory = open(host, k.O_RDONLY | k.O_DIRECTORY | k.O_CLOEXEC);
  const opened = [directory, dup3(directory, LEFT_OPEN, k.O_CLOEXEC)];
  const from = (go: readonly Syscall[]) => {
    const made = container(lab, ...go);
    return runScript(lab, { ...made, calls: [...opened, ...made.calls] }, 'cat secret');
  };
  const naive = [chdir(WORKDIR)];
  await lab.check('secret in its working directory, by chdir', SECRET, (await from(naive)).output);
  await lab.check(
    'the same, by openat2 without magic links',
    'ELOOP',
    await refusalOf(from(wanted ? goTo(WORKDIR) : naive)),
  );
}
// #endregion
