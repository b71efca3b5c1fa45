import { type TrialName, tryOut } from '../../../src/doctor/trials.js';
import type { Lab } from '../../../src/lab/lab.js';

/** Whether the kernel has what steps need, by a trial in a namespace that goes with it. Of each step that it has not: says so. */
export async function isPossible(lab: Lab, need: TrialName, ...steps: readonly string[]): Promise<boolean> {
  const refusal = tryOut(need, lab.privileged);
  if (refusal === null) return true;
  const why = `This kernel refuses ${need} (${refusal.errno}). tslab doctor says what would help.`;
  for (const step of steps) await lab.cannot(step, why);
  return false;
}
