import type { OfContainer } from '../../container/record.js';
import { containerOf } from '../../container/start/shared-namespaces.js';
import { findContainer } from '../../container/store/find.js';

/**
 * The mode with the other container's id in the place of its name, which may change (moby, adaptSharedNamespaceContainer()). Throws UserError
 * (2) where there is none.
 */
export function withId<Mode extends string>(mode: Mode): Mode | OfContainer {
  const reference = containerOf(mode);
  return reference === undefined ? mode : `container:${findContainer(reference).config.id}`;
}
