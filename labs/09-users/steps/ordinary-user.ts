import { clone } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { become } from '../calls/become.js';

/** An ordinary user, where the lab is run by root. Otherwise that is who runs it. */
const STUDENT = 1000;

export function ordinaryUid(lab: Lab): number {
  return lab.privileged ? STUDENT : (process.geteuid?.() ?? STUDENT);
}

export function ordinaryGid(lab: Lab): number {
  return lab.privileged ? STUDENT : (process.getegid?.() ?? STUDENT);
}

/** The calls by which root becomes the ordinary user. */
export function becomeOrdinary(lab: Lab): Syscall[] {
  return lab.privileged ? become(STUDENT, STUDENT) : [];
}

// #region unmapped
/** A process of an ordinary user in namespaces of its own, whose ids nobody has mapped yet. */
export function newUnmapped(lab: Lab): Promise<Child> {
  const namespaces = k.CLONE_NEWUSER | k.CLONE_NEWNS;
  if (!lab.privileged) return lab.start({ namespaces, calls: [shellThatStays()] });
  return lab.start({ calls: [...becomeOrdinary(lab), clone(namespaces), shellThatStays()] });
}
// #endregion
