import { isInOwnNamespace } from '../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { isRunning } from '../state.js';
import type { Container } from '../store/store.js';
import { againAsOwnRoot, againWith } from '../users/again-as-root.js';
import { mapsOfRunning } from '../users/maps.js';

/** Does this command again as root of a container's ids, where its user is not that already. Its exit status; undefined where there is no need. */
export async function againAsRootOf({ state }: Container): Promise<number | undefined> {
  if (isPrivileged() || isInOwnNamespace()) return undefined;
  const running = isRunning(state) ? mapsOfRunning(state.init.pid) : undefined;
  return running ? await againWith(state.init.pid, running) : await againAsOwnRoot();
}
