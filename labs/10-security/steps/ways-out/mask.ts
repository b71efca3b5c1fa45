import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mount } from '../../../../src/kernel/calls/index.js';
import * as k from '../../../../src/kernel/constants.js';
import { SyscallError } from '../../../../src/kernel/errors/syscall-error.js';
import type { Syscall } from '../../../../src/kernel/syscall.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { hostFile } from '../../../../src/lab/observation.js';
import { runScript } from '../../../../src/lab/script.js';
import { mountProc, privateMounts } from '../../../01-pid-namespace/calls/proc.js';
import { maskPaths } from '../../../02-rootfs/calls/masks.js';
import { directoryFor } from '../setup.js';

/** What is to be hidden. */
const HIDDEN = '/proc/interrupts';
const AS_IT_WAS = 'as it was';
const NAMESPACES = k.CLONE_NEWNS | k.CLONE_NEWPID;

/** A setting of the host: a file of the lab’s, which stands for /proc/sys/kernel/core_pattern. And a volume for /dev. */
function newSetting(lab: Lab): { setting: string; volume: string } {
  const directory = directoryFor(lab, 'mask');
  const [setting, volume] = [join(directory, 'setting'), join(directory, 'dev')];
  writeFileSync(setting, `${AS_IT_WAS}\n`);
  mkdirSync(volume);
  symlinkSync(setting, join(volume, 'null'));
  return { setting, volume };
}

// #region mask
export async function maskStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('mask');
  const { setting, volume } = newSetting(lab);
  const begin = [...privateMounts(), ...mountProc()];
  const volumes = [mount(volume, '/dev', null, k.MS_BIND, null)];
  const masks = [mount('/dev/null', HIDDEN, null, k.MS_BIND, null), ...readOnly(setting)];
  const attack = `(echo ours > ${setting}; echo ours > ${HIDDEN}) 2>&1; head -n 1 ${HIDDEN}`;
  const container = (calls: readonly Syscall[]) => ({ namespaces: NAMESPACES, calls: [...begin, ...calls] });

  await runScript(lab, container([...volumes, ...masks]), attack);
  await lab.check('the setting of the host, volumes first', 'ours', await lab.observe('after', hostFile(setting)));
  writeFileSync(setting, `${AS_IT_WAS}\n`);
  const ours = lab.taughtBy('02-rootfs', 'maskPaths()', maskPaths([HIDDEN], [setting]));
  const after = wanted ? [...ours, ...volumes] : [...volumes, ...masks];
  const { output } = await runScript(lab, container(after), attack);
  await lab.check('the setting of the host, masks first', AS_IT_WAS, await lab.observe('after', hostFile(setting)));
  await lab.check('what is left at the masked path', 'nothing', output.split('\n').slice(1).join('\n') || 'nothing');
  await lab.check('volumes first, and masks that follow no link', 'ELOOP', await guarded(lab, container(volumes)));
}
// #endregion

function readOnly(path: string): Syscall[] {
  const remount = mount(null, path, null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY, null);
  return [mount(path, path, null, k.MS_BIND, null), remount];
}

/** The masks of lab 02 look at /dev/null before they use it. */
async function guarded(lab: Lab, container: { namespaces: number; calls: readonly Syscall[] }): Promise<string> {
  const masks = lab.taughtBy('02-rootfs', 'maskPaths()', maskPaths([HIDDEN], []));
  return refusalOf(runScript(lab, { ...container, calls: [...container.calls, ...masks] }, 'true'));
}

/** The errno with which the kernel ends a list before its program, or what the program prints. */
export async function refusalOf(run: Promise<{ readonly output: string }>): Promise<string> {
  try {
    return (await run).output;
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}
