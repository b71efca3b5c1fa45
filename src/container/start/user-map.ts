import type { Gate } from '../../../labs/12-runtime/calls/container.js';
import { mapToRoot, rootMap } from '../../kernel/credentials/user-namespace.js';

/** The user of tslab is root in a container's user namespace, and the only user there (user_namespaces(7)). */
export const USER_MAP: Gate = {
  lines: rootMap('PID').map(([file, text]) => `write ${JSON.stringify(text)} to ${file}`),
  open: mapToRoot,
};
