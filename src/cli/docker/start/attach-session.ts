import { ContainerWait } from '../../../container/life/wait.js';
import type { Sizes } from '../../../container/logs/index.js';
import { Logs } from '../../../container/logs/logs.js';
import { DirectoryWatch } from '../../../container/logs/watch.js';
import type { Container } from '../../../container/store/store.js';
import { tellOf } from '../../../container/store/tell.js';
import { LEFT } from '../../../container/terminal/detach-keys.js';
import { openInput } from '../../../container/terminal/input.js';
import { Forwarding } from '../../../container/terminal/signals.js';
import { openWindow } from '../../../container/terminal/window.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { warn } from '../../leftovers.js';
import { follow } from '../shared/follow.js';
import { tellLeft } from './in-front.js';

/** How to attend a detached container. */
export interface AttachOptions {
  /** Give it our input, if it takes any. */
  readonly stdin: boolean;
  /** The keys that leave it. */
  readonly keys: Buffer;
  /** Show what it printed behind these places in its logs. */
  readonly from: Sizes;
  /** Let it draw itself anew: it was there before us. */
  readonly redraw: boolean;
  /** Pass signals on. */
  readonly sigProxy: boolean;
}

/** How much a container has printed up to now. */
export function ownOutput({ directory, config }: Container): Sizes {
  using files = new Logs(directory, config.log);
  return files.sizes;
}

/**
 * Stays with a detached container to its end, until it is left by its keys, or until nobody reads what we show. The container's exit status;
 * 0 for one that is left.
 */
export async function attachTo(container: Container, options: AttachOptions): Promise<number> {
  tellOf(container.config, 'attach');
  const end = await attend(container, options);
  if (end !== LEFT) return end;
  tellOf(container.config, 'detach');
  return tellLeft();
}

async function attend(
  container: Container,
  { stdin, keys, from, redraw, sigProxy }: AttachOptions,
): Promise<number | typeof LEFT> {
  using ending = new ContainerWait(container);
  using forwarding = new Forwarding(sigProxy);
  forwarding.to(container.state.init.pid);
  using files = new Logs(container.directory, container.config.log);
  using watched = new DirectoryWatch(container.directory);
  using input = stdin ? openInput(container, keys) : undefined;
  if (input?.problem) warn(input.problem);
  if (container.config.log?.driver === 'none')
    warn('its output is kept nowhere (--log-driver none), and so is not shown');
  using _window = openWindow(container, redraw);
  const shown = follow(container, files, { watched, printed: from });
  const end = await Promise.race([shown, ...(input ? [input.detached] : [])]);
  if (end === LEFT || end === NOBODY_READS) return end;
  return (await ending.within(Number.POSITIVE_INFINITY)) as number;
}
