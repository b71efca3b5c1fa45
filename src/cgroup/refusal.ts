import { SyscallError } from '../kernel/errors/syscall-error.js';
import { UserError } from '../kernel/errors/user-error.js';

/** Does some work. Returns null where it succeeds, the errno where the kernel refuses with an expected one; throws for any other. */
export function refusal(action: () => void, expected: readonly string[]): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof SyscallError && expected.includes(error.errno)) return error.errno;
    throw error;
  }
}

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
