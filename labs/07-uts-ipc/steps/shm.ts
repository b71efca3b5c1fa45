import { close, fallocate, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountShm } from '../calls/mounts.js';
import { filesOf } from './look.js';
import { inside, newContainer, newHost } from './setup.js';

/** The most that the container's /dev/shm may hold, in KiB, and what its program asks for. */
const SIZE = 64;
const WANTED = 2 * SIZE;

// #region shm
export async function ownShm(lab: Lab): Promise<void> {
  const wanted = await lab.step('shm');
  const host = await newHost(lab);
  await inside(lab, host, segment('counter', 4));
  const flags = k.CLONE_NEWIPC | k.CLONE_NEWNS;
  const without = await newContainer(lab, host, flags, privateMounts());
  const before = await lab.observe('before', filesOf(without, '/dev/shm'));
  await lab.check('segments of the host that an IPC namespace does not hide', 'counter', before);
  const mounted = lab.unlessSkipped('shm', mountShm(SIZE));
  const container = await newContainer(lab, host, flags, [...privateMounts(), ...mounted]);
  const last = wanted && madeBy(container.process, 'mount').slice(-1);
  await lab.check(
    'segments in a mount of the container’s own',
    'none',
    await lab.observe('after', filesOf(container, '/dev/shm'), last),
  );
  const full = await inside(lab, container, segment('big', WANTED));
  await lab.check('128 KiB where there is room for 64', 'ENOSPC', errnoOf(full, 'fallocate') ?? 'given');
}

/** What shm_open(3) and a first write to each page come to: a file in /dev/shm, of so many KiB. */
function segment(name: string, kibibytes: number): Syscall[] {
  const file = open(`/dev/shm/${name}`, k.O_RDWR | k.O_CREAT | k.O_CLOEXEC, 0o600);
  return [file, mayFail(fallocate(file, 0, { offset: 0, length: 1024 * kibibytes })), close(file)];
}
// #endregion
