import { callUntraced } from '../call.js';
import { landlockAskVersion } from '../calls/landlock.js';

let version: number | undefined;

/** The version of Landlock that the kernel has, from 1 on, or a negative errno: ENOSYS, or EOPNOTSUPP where it is switched off. */
export function landlockVersion(): number {
  version ??= callUntraced(landlockAskVersion());
  return version;
}
