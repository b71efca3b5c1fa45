/** Networks of a container that starts, or has ended: of bridges, or of a helper. The code of the one that this user can have is loaded. */
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import type { PublishedPort } from '../../network/ports/published.js';
import type { Joined } from '../network/join.js';
import type { Container } from '../store/store.js';

/** Links to bridges are root's to make; of others a program of theirs has the other end. */
type Code = Pick<typeof import('../network/join-by-helper.js'), 'join' | 'preview' | 'leave'>;

let code: Code | undefined;

/** To be awaited by a process before it starts containers that are in networks, or records their end. */
export async function loadNetworks(): Promise<void> {
  code ??= await (isPrivileged() ? import('../network/join.js') : import('../network/join-by-helper.js'));
}

/** Undefined where it is in none. The ports lead to it by its first link. `outlives`: it goes on when this process dies. */
export function joinNetworks(
  container: Container,
  ports: readonly PublishedPort[],
  outlives: boolean,
): Joined | undefined {
  return isInNetwork(container) ? loaded().join(container, ports, outlives) : undefined;
}

/** The same, as it would be if it started now. */
export function previewNetworks(container: Container): Joined | undefined {
  return isInNetwork(container) ? loaded().preview(container) : undefined;
}

/** One that was plugged in while it ran may leave to a sweep what it has there. */
export function leaveNetworks(container: Container): void {
  if (isInNetwork(container)) code?.leave(container);
}

export function isInNetwork({ config: { endpoints = [] } }: Pick<Container, 'config'>): boolean {
  return endpoints.length > 0;
}

function loaded(): Code {
  if (!code) throw new Error('the code for networks is not loaded: await loadNetworks() first');
  return code;
}
