import { familiarName } from '../../image/reference.js';
import type { Image } from '../../image/store/images.js';
import { tell } from '../../state/event-log.js';

/** Tells `tslab events` what has happened to an image, by Docker's names for it. Never throws. */
export function tellImage(action: string, { id, names, config }: Image, name = names[0] ?? id): void {
  tell({ type: 'image', action, id, attributes: { ...config.config?.Labels, name: familiarName(name) } });
}
