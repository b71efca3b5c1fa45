import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close, open } from '../../../src/kernel/calls/index.js';
import { loopConfigure, loopGetFree } from '../../../src/kernel/calls/loop.js';
import * as k from '../../../src/kernel/constants.js';
import { housekeeping } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { directoryFor } from './setup.js';

/** What is on the disk: the first bytes of it, where others have a partition table. */
export const SECRET = 'salaries of all';

/** linux/major.h */
export const LOOP_MAJOR = 7;

export function hasLoopDevices(): boolean {
  return existsSync('/dev/loop-control');
}

/** A disk of the host: a file behind a loop device. Both are gone with the step. Its number. */
export function newDisk(lab: Lab): Promise<number> {
  const file = join(directoryFor(lab, 'disk'), 'image');
  writeFileSync(file, Buffer.alloc(64 * 1024, `${SECRET}\n`));
  return lab.folded(() => configure(lab, file));
}

async function configure(lab: Lab, file: string): Promise<number> {
  const control = await lab.call(open('/dev/loop-control', k.O_RDWR | k.O_CLOEXEC));
  const number = await lab.call(loopGetFree(control));
  const image = await lab.call(open(file, k.O_RDONLY | k.O_CLOEXEC));
  const device = await lab.call(open(`/dev/loop${number}`, k.O_RDONLY | k.O_CLOEXEC));
  await lab.call(loopConfigure(device, image));
  for (const fd of [control, image]) await lab.call(housekeeping(close(fd)));
  lab.afterStep(async () => void (await lab.call(housekeeping(close(device)))));
  return number;
}
