import { isInFirstUserNamespace } from './privilege.js';

/** An environment variable for a tslab that its user has put into a user namespace of his: the ids there, and his names outside, as JSON. */
export const OWN_NAMESPACE = 'TSLAB_OWN_NAMESPACE';

/** Whether this process is root of such a one: it may mount, and be anybody there, without another. */
export function isInOwnNamespace(): boolean {
  return process.env[OWN_NAMESPACE] !== undefined && process.geteuid?.() === 0 && !isInFirstUserNamespace();
}
