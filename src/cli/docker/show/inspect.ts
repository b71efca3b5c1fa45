import { sizer } from '../../../container/files/sizes.js';
import { inspectedContainer } from '../../../docker/inspect/container.js';
import { findShownNetwork, shownNetworks } from '../../../docker/networks.js';
import { inspectedNetwork } from '../../../docker/output/networks.js';
import { inspectedVolume } from '../../../docker/output/volumes.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { matchNetwork } from '../../../network/store.js';
import { detectLayout } from '../../../procfs/cgroups.js';
import { readMountinfo } from '../../../procfs/mountinfo.js';
import { findVolume, listVolumes } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { inspectEach } from '../shared/inspect-each.js';
import { inspectedCalls } from './inspect-calls.js';

interface InspectOptions {
  readonly format?: string;
  readonly type?: string;
  readonly size?: boolean;
}

/** `tslab inspect` */
export const define: Define = (command, choose) =>
  addOptions(command.argument('<name...>', 'of containers, images and networks, or the start of their ids; of volumes'))
    .description(
      'Show all that is known of containers, images, networks and volumes, as JSON. `Calls` are the system calls that make a container.',
    )
    .option('--type <type>', 'only among these: container, image, network or volume')
    .action((names: string[], options: InspectOptions) => choose(() => tellingErrors(() => inspect(names, options))));

/** `tslab container inspect` */
export const defineContainerInspect: Define = (command, choose) =>
  addOptions(command.argument('<container...>'))
    .description('Show all that is known of containers, as JSON. `Calls` are the system calls that make one.')
    .action((names: string[], options: InspectOptions) =>
      choose(() => inspect(names, { ...options, type: 'container' })),
    );

function addOptions(command: Parameters<Define>[0]) {
  return command
    .option(
      '-f, --format <template>',
      'json, or a template of Go: {{.State.Pid}}, {{json .Mounts}}, {{range .Mounts}}{{println .Source}}{{end}}',
    )
    .option('-s, --size', 'with the bytes of its files: SizeRw, those that it has written, and SizeRootFs, all');
}

async function inspect(names: readonly string[], { format, type, size = false }: InspectOptions): Promise<number> {
  const find = finderOf(type, size);
  return inspectEach(names, format, find);
}

type Find = (name: string) => Promise<object>;

function finderOf(type: string | undefined, size: boolean): Find {
  const container: Find = (reference) => findInspected(reference, size);
  const volume: Find = async (name) => {
    if (size) warn('--size ignored for volume');
    return inspectedVolume(findVolume(name));
  };
  const network: Find = async (name) => inspectedNetwork(findShownNetwork(name));
  const image: Find = async (name) => (await import('../shared/inspect-image.js')).inspectImage(name);
  if (type === undefined)
    return (name) => container(name).catch((error) => insteadOf(error, name, { image, network, volume }));
  if (type === 'container') return container;
  if (type === 'network') return network;
  if (type === 'volume') return volume;
  if (type === 'image') return image;
  throw new UserError(`unknown type: ${JSON.stringify(type)}`, 1, 'One of: container, image, network, volume.');
}

/** What is no container may be an image, a network or a volume, in docker's order. */
async function insteadOf(
  error: unknown,
  name: string,
  { image, network, volume }: Readonly<Record<'image' | 'network' | 'volume', Find>>,
): Promise<object> {
  if (!isMissing(error, 'No such container')) throw error;
  let { remedy } = error;
  try {
    return await image(name);
  } catch (noImage) {
    // A volume may have capitals in its name, and no image has.
    if (!isMissing(noImage, 'No such image') && !isMissing(noImage, 'invalid reference')) throw noImage;
    if (!remedy?.startsWith('Did you mean') && noImage.remedy?.startsWith('Did you mean')) remedy = noImage.remedy;
  }
  if (matchNetwork(name, shownNetworks())) return network(name);
  if (listVolumes().some((one) => one.name === name)) return volume(name);
  const lists = 'tslab ps -a lists all containers, tslab images the images that are here.';
  throw new UserError(`No such object: ${name}`, 1, remedy?.startsWith('Did you mean') ? remedy : lists);
}

function isMissing(error: unknown, words: string): error is UserError {
  return error instanceof UserError && error.message.startsWith(words);
}

async function findInspected(reference: string, size: boolean): Promise<object> {
  const container = await findCurrent(reference);
  return inspectedContainer(container, {
    calls: inspectedCalls(container),
    cgroups: detectLayout(readMountinfo('self')),
    ...(size && { sizes: sizer()(container) }),
  });
}
