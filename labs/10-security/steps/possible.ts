import { readFileSync, statSync } from 'node:fs';
import type { Lab } from '../../../src/lab/lab.js';

const ROOT_ONLY = 'It takes root of the machine. tslab doctor says what would help.';

/** Whether tslab is root of the machine. Of each step that takes this, where it is not: says so. */
export async function isRoot(lab: Lab, ...steps: readonly string[]): Promise<boolean> {
  if (lab.privileged) return true;
  for (const step of steps) await lab.cannot(step, ROOT_ONLY);
  return false;
}

/** Whether the kernel, where it starts a program by itself, finds there what tslab finds. In a container it does not. */
export function kernelFinds(directory: string): boolean {
  try {
    if (readFileSync('/proc/2/comm', 'utf8') !== 'kthreadd\n') return false;
    const [own, kernels] = [statSync(directory), statSync(`/proc/2/root${directory}`)];
    return own.dev === kernels.dev && own.ino === kernels.ino;
  } catch {
    return false;
  }
}

export const NO_DEVICES = 'The cgroups of this machine take no rules for devices. tslab doctor says what would help.';
export const NO_LOOP = 'This machine has no loop devices: the lab makes its disk of one. Remedy: modprobe loop';
