import { UserError } from '../kernel/errors/user-error.js';

/** Why this process can make no cgroup of its own. */
export type Reason = 'not mounted' | 'read-only' | 'not delegated' | 'root only' | 'occupied' | 'threaded' | 'failed';

/** No cgroup can be made here (status 3). */
export class CgroupsRefused extends UserError {
  constructor(
    readonly reason: Reason,
    message: string,
    remedy: string,
  ) {
    super(message, 3, remedy);
  }
}
