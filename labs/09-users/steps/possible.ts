import { tryIdmap } from '../../../src/doctor/ids/idmap-trial.js';
import { whyNoSubordinateIds } from '../../../src/doctor/ids/subordinate-ids.js';
import { readSysctls } from '../../../src/doctor/sysctls.js';
import type { Lab } from '../../../src/lab/lab.js';
import { directoryFor } from './setup.js';

const ROOT_ONLY =
  'It takes root of the machine: without it, all that can be mapped is the own id. tslab doctor says what would help.';

/** Whether tslab is root of the machine. Of each step that takes this, where it is not: says so. */
export async function isRoot(lab: Lab, ...steps: readonly string[]): Promise<boolean> {
  if (lab.privileged) return true;
  for (const step of steps) await lab.cannot(step, ROOT_ONLY);
  return false;
}

/** Whether directories of the lab, and an overlay of them, can be id-mapped. */
export async function canIdmap(lab: Lab, ...steps: readonly string[]): Promise<boolean> {
  const refusal = tryIdmap(directoryFor(lab, 'trial'));
  if (refusal === null) return true;
  const why = `Here no layers can be id-mapped (${refusal.call}: ${refusal.errno}). tslab doctor says what would help.`;
  for (const step of steps) await lab.cannot(step, why);
  return false;
}

/** Whether somebody gives ids to ordinary users. */
export async function canHaveSubids(lab: Lab): Promise<boolean> {
  const missing = whyNoSubordinateIds(lab.privileged);
  if (missing === null) return true;
  await lab.cannot('subids', `${missing.message} Remedy: ${missing.remedy}`);
  return false;
}

/** Whether the kernel lets ordinary users make user namespaces and be root in there. Root’s own are no matter of these switches. */
export async function ordinaryUsersMay(lab: Lab, ...steps: readonly string[]): Promise<boolean> {
  const sysctls = readSysctls();
  const restricted = sysctls['kernel.apparmor_restrict_unprivileged_userns'] === 1;
  if (!restricted && sysctls['kernel.unprivileged_userns_clone'] !== 0) return true;
  const why = 'Ordinary users may make no user namespaces here. tslab doctor says what would help.';
  for (const step of steps) await lab.cannot(step, why);
  return false;
}
