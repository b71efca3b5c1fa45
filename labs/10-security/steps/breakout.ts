import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHILD, mountHierarchy, removeHierarchy } from '../../../src/cgroup/v1/named-hierarchy.js';
import { exitGroup, mkdir, mknod, open, read, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { forget, ownName, remember } from '../../../src/state/ledger/ledger.js';
import { hasLoopDevices, LOOP_MAJOR, newDisk, SECRET } from './disk.js';
import { kernelFinds } from './possible.js';
import { container, directoryFor, resultOf, SCRATCH } from './setup.js';

// #region breakout
export async function breakout(lab: Lab): Promise<void> {
  await lab.step('breakout');
  const agent = newAgent(lab);
  if (agent.found) {
    const mounted = await releaseAgent(lab, agent, []);
    await lab.check('a hierarchy of cgroups, mounted by root of the container', 'done', mounted);
    await lab.check('uid of the script that the kernel runs outside', '0', await tellAgent(lab, agent));
  }
  if (!hasLoopDevices()) return;
  const disk = await newDisk(lab);
  await lab.check('what it reads of a disk of the host', SECRET, await readDisk(lab, disk, {}));
}
// #endregion

/** A script on the host, and the file that it writes there. */
export interface Agent {
  readonly script: string;
  readonly told: string;
  /** Whether the kernel would find it: in a container it looks elsewhere. */
  readonly found: boolean;
}

export function newAgent(lab: Lab): Agent {
  const directory = directoryFor(lab, 'agent');
  const [script, told] = [join(directory, 'agent'), join(directory, 'told')];
  writeFileSync(script, `#!/bin/sh\nid -u >${told}\n`, { mode: 0o755 });
  rmSync(told, { force: true });
  return { script, told, found: kernelFinds(directory) };
}

// #region release-agent
/** When the last process of a cgroup has ended, the kernel starts a program, as root of the host (cgroups(7), release_agent). What came of the mount. */
export async function releaseAgent(lab: Lab, { script }: Agent, giveUp: readonly Syscall[]): Promise<string> {
  const name = `tslabsec-${ownName()}`;
  await lab.doing(() => remember('hierarchy', name));
  lab.atEnd(() => leave(name));
  lab.afterStep(() => leave(name));
  const calls = [
    mountHierarchy(name, SCRATCH),
    mkdir(`${SCRATCH}/${CHILD}`, 0o755),
    ...writeInto('release_agent', script),
    ...writeInto(`${CHILD}/notify_on_release`, '1'),
    ...writeInto(`${CHILD}/cgroup.procs`, '0'),
    exitGroup(0),
  ];
  return await resultOf(lab, container(lab, ...giveUp, ...calls));
}

function writeInto(file: string, text: string): Syscall[] {
  const opened = open(`${SCRATCH}/${file}`, k.O_WRONLY | k.O_CLOEXEC);
  return [opened, write(opened, text)];
}
// #endregion

async function leave(name: string): Promise<void> {
  await Promise.all(removeHierarchy(name).map(({ exited }) => exited));
  forget('hierarchy', name);
}

/** What the kernel runs starts soon after the process has ended. */
export async function tellAgent(lab: Lab, { told }: Agent): Promise<string | null> {
  await lab.until(() => existsSync(told) && readFileSync(told, 'utf8').endsWith('\n'), 3000);
  return await lab.observe('after', hostFile(told));
}

// #region disk
/** Makes a device node, as root may, and reads the disk that has this number; `join` comes before the container, `giveUp` after. */
export async function readDisk(lab: Lab, number: number, { join = [], giveUp = [] }: Fences): Promise<string> {
  const into = Buffer.alloc(SECRET.length);
  const node = mknod(`${SCRATCH}/disk`, k.S_IFBLK | 0o600, [LOOP_MAJOR, number]);
  const opened = open(`${SCRATCH}/disk`, k.O_RDONLY | k.O_CLOEXEC);
  const { calls, ...spec } = container(lab, ...giveUp, node, opened, read(opened, into), exitGroup(0));
  const result = await resultOf(lab, { ...spec, calls: [...join, ...calls] });
  return result === 'done' ? into.toString('latin1') : result;
}

interface Fences {
  readonly join?: readonly Syscall[];
  readonly giveUp?: readonly Syscall[];
}
// #endregion
