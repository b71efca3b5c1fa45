import { SyscallError } from '../kernel/errors/syscall-error.js';

/** Does it. Null where the kernel agreed, the errno where it refused with one that was expected; throws for any other. */
export function refusal(action: () => void, expected: readonly string[]): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof SyscallError && expected.includes(error.errno)) return error.errno;
    throw error;
  }
}
