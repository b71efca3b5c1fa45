import { constants } from 'node:os';
import { callUntraced } from '../kernel/call.js';
import { lgetxattr } from '../kernel/calls/index.js';

/** What overlayfs notes about a directory of the upper layer. */
export type Note = 'opaque' | 'redirect';

// #region attribute
/** The extended attribute that holds a note. trusted.* is for root in the first user namespace; others have user.* (xattr(7)). */
export function attributeName(note: Note, privileged: boolean): string {
  return `${privileged ? 'trusted' : 'user'}.overlay.${note}`;
}
// #endregion

/**
 * The errno with which overlayfs cannot set its attributes in a directory; undefined where it can. Some file systems refuse all attributes
 * (EOPNOTSUPP), tmpfs before Linux 6.6 those of user.*; else the probe is only missing (ENODATA).
 */
export function whyNoNotes(path: string, privileged: boolean): string | undefined {
  const namespace = privileged ? 'trusted' : 'user';
  const answer = callUntraced(lgetxattr(path, `${namespace}.tslab`, new Uint8Array(1)));
  if (answer !== -constants.errno.EOPNOTSUPP) return undefined;
  const since = privileged ? '' : ', where userxattr writes (tmpfs has them since Linux 6.6)';
  return `the file system of the layers has no ${namespace}.* attributes${since}; TSLAB_STATE may name a directory on another one.`;
}

/** The bytes that a call has written into a buffer; undefined after an error, which means that there is no attribute. */
export function attributeText(value: Uint8Array, length: number): string | null {
  return length < 0 ? null : Buffer.from(value.subarray(0, length)).toString('utf8');
}
