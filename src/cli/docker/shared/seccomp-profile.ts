import { hasProfile, splitOption } from '../../../container/security.js';
import type { SecurityFlags } from '../../../docker/options/security/security.js';
import { formatJson } from '../../../oci/json.js';
import { readProfile } from '../../../seccomp/profile.js';
import { unknownNames } from '../../../seccomp/unknown-names.js';
import { warn } from '../../leftovers.js';

/** The same flags, with the text of a profile for its file: so docker keeps it, too. Tells of names that no call has. Throws UserError (2). */
export function withProfiles<F extends SecurityFlags>(flags: F): F {
  const { securityOpt } = flags;
  if (!securityOpt?.some(namesFile)) return flags;
  return { ...flags, securityOpt: securityOpt.map((option) => (namesFile(option) ? inlined(option) : option)) };
}

/** A text of JSON, which stays, or space between such. */
const SPACE = /("(?:[^"\\]|\\.)*")|\s+/g;

function namesFile(option: string): boolean {
  return hasProfile({ securityOpt: [option] });
}

function inlined(option: string): string {
  const [, file] = splitOption(option);
  const profile = readProfile(file);
  for (const { name, rule, nearest } of unknownNames(profile)) {
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    warn(`the seccomp profile ${file}, rule ${rule}: no system call is called ${name}${hint}`);
  }
  return `seccomp=${formatJson(profile).replace(SPACE, '$1')}`;
}
