import { chmod, execve } from '../../../src/kernel/calls/index.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines } from '../../../src/lab/observation.js';
import { ENVIRONMENT, withProgram } from '../../../src/lab/script.js';
import { noNewPrivileges } from '../calls/filter.js';
import { becomeUser } from '../calls/give-up.js';
import { container } from './setup.js';
import { newProgram, PROGRAM } from './waiting-program.js';

const USER = { uid: 1000, gid: 1000 };

// #region no-new-privs
export async function noNewPrivs(lab: Lab): Promise<void> {
  const wanted = await lab.step('no-new-privs');
  await lab.check('effective uid of a set-uid program that user 1000 starts', '0', await euid(lab, []));
  const promise = wanted ? noNewPrivileges() : [];
  await lab.check('its effective uid, with no_new_privs', '1000', await euid(lab, promise));
}

/** Who the program is that a user starts, root’s by its owner and its mode. */
async function euid(lab: Lab, promise: readonly Syscall[]): Promise<string> {
  const calls = [...programOfRoot(), ...promise, ...becomeUser(USER, true)];
  const child = await lab.start(withProgram(container(lab, ...calls), execve(PROGRAM, [PROGRAM], ENVIRONMENT)));
  const status = await lab.observe('after', hostLines(`/proc/${child.pid}/status`, /^(Uid|NoNewPrivs)/), promise);
  return /^Uid:\s+\d+\s+(\d+)/.exec(status ?? '')?.[1] ?? '';
}

function programOfRoot(): Syscall[] {
  return [...newProgram(), chmod(PROGRAM, 0o4755)];
}
// #endregion
