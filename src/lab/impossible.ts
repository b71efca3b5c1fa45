import { UserError } from '../kernel/errors/user-error.js';

/**
 * Why a lab that the kernel has stopped cannot run on this machine at all, and what would help, as the doctor says it: a UserError
 * (3). Undefined where the doctor sees no reason.
 */
export async function askDoctor(id: string): Promise<UserError | undefined> {
  const { runDoctor } = await import('../doctor/doctor.js');
  const lab = runDoctor().labs.find((one) => one.id === id);
  const problem = lab?.problems.find(({ blocks }) => blocks);
  if (!problem) return undefined;
  return new UserError([...problem.evidence, problem.why].join(': '), 3, problem.remedies.join(', or: '));
}
