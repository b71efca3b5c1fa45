import { examine } from './examine.js';
import { judge } from './judge.js';
import type { DoctorReport } from './report.js';

/** Finds out what this machine allows and says which labs can run. Takes about a quarter of a second and leaves nothing behind. */
export function runDoctor(): DoctorReport {
  return judge(examine());
}
