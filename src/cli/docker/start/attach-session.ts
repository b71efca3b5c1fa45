import { ContainerWait } from '../../../container/life/wait.js';
import type { Sizes } from '../../../container/logs/index.js';
import { Logs } from '../../../container/logs/logs.js';
import { DirectoryWatch } from '../../../container/logs/watch.js';
import type { Container } from '../../../container/store/store.js';
import { openInput } from '../../../container/terminal/input.js';
import { Forwarding } from '../../../container/terminal/signals.js';
import { openWindow } from '../../../container/terminal/window.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { warn } from '../../leftovers.js';
import { follow } from '../shared/follow.js';

/** How to attend a detached container. */
export interface AttachOptions {
  /** Give it our input, if it takes any. */
  readonly stdin: boolean;
  /** Show what it printed behind these places in its logs. */
  readonly from: Sizes;
  /** Let it draw itself anew: it was there before us. */
  readonly redraw: boolean;
}

/** How much a container has printed up to now. */
export function ownOutput({ directory }: Container): Sizes {
  using files = new Logs(directory);
  return files.sizes;
}

/**
 * Stays with a detached container to its end, until Ctrl-P Ctrl-Q, or until nobody reads what we show. The container's exit status;
 * 0 for one that is left.
 */
export async function attachTo(container: Container, { stdin, from, redraw }: AttachOptions): Promise<number> {
  using ending = new ContainerWait(container);
  using forwarding = new Forwarding();
  forwarding.to(container.state.init.pid);
  using files = new Logs(container.directory);
  using watched = new DirectoryWatch(container.directory);
  using input = stdin ? openInput(container) : undefined;
  if (input?.problem) warn(input.problem);
  using _window = openWindow(container, redraw);
  const shown = follow(container, files, { watched, printed: from });
  const left = input?.detached.then(() => 'left' as const);
  const end = await Promise.race([shown, ...(left ? [left] : [])]);
  if (end === 'left') return 0;
  return end === NOBODY_READS ? end : ((await ending.within(Number.POSITIVE_INFINITY)) as number);
}
