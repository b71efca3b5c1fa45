import { callUntraced } from '../../kernel/call.js';
import { sessionKeyring } from '../../kernel/calls/keys.js';
import { once } from '../../kernel/once.js';
import { mayFail } from '../../kernel/syscall.js';

/**
 * The name of a container's session keyring. Undefined where there are no keys to keep apart: a kernel without them (ENOSYS), or a filter over
 * tslab itself, which holds for all that it starts (EPERM, in a container of Docker's).
 */
export function keyringOf(id: string): string | undefined {
  return hasKeys() ? `tslab-${id}` : undefined;
}

const hasKeys = once<void, boolean>(() => callUntraced(mayFail(sessionKeyring())) > 0);
