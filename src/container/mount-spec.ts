/** A mount of a record, as the OCI specification says it. */
import type { Mount } from '../oci/spec.js';
import type { DriverMount } from '../volume/driver.js';
import type { MountConfig } from './record.js';

/** What a container mounts; of a volume that has options what those say. */
export type StartMount =
  | MountConfig
  | (DriverMount & Pick<Volume, 'name' | 'target' | 'readOnly'> & { type: 'driver' });

type Volume = Extract<MountConfig, { type: 'volume' }>;

/** Of one that labs do not make. */
export function mountOf(mount: StartMount): Mount {
  if (mount.type === 'driver') return mountOfDriver(mount);
  if (mount.type === 'tmpfs') {
    return { destination: mount.target, type: 'tmpfs', source: 'tmpfs', options: tmpfsOptions(mount.options) };
  }
  const propagation = mount.type === 'bind' ? mount.propagation : 'rprivate';
  // `rro` is `ro` for all that is mounted below as well.
  const options = ['rbind', propagation, ...(mount.readOnly ? ['ro', 'rro'] : [])];
  return { destination: mount.target, type: 'bind', source: mount.source, options };
}

/** What every tmpfs has, changed by its own: of two options about one thing the later counts (moby/sys, mount.MergeTmpfsOptions()). */
function tmpfsOptions(own: string): string[] {
  const words = own.split(',').filter((word) => word !== '' && word !== 'defaults');
  const about = (word: string) => OPPOSITES[word] ?? word.replace(/=.*$|^no/, '');
  return [...new Map(['nosuid', 'nodev', 'noexec', ...words].map((word) => [about(word), word])).values()];
}

const OPPOSITES: Partial<Record<string, string>> = { rw: 'ro', async: 'sync' };

/** `-v VOLUME:DST:ro` is `rro` of the mount; `ro` among the volume's options is also the filesystem's. */
function mountOfDriver({
  filesystem,
  device,
  options,
  target,
  readOnly,
}: Extract<StartMount, { type: 'driver' }>): Mount {
  const place = { destination: target, type: filesystem, source: device };
  if (filesystem !== 'bind') return { ...place, options: [...options, ...(readOnly ? ['rro'] : [])] };
  const isReadOnly = readOnly || options.includes('ro');
  const flags = options.filter((word) => /^no/.test(word));
  const first = options.includes('rbind') ? 'rbind' : 'bind';
  return { ...place, options: [first, 'rprivate', ...(isReadOnly ? ['ro', 'rro'] : []), ...flags] };
}
