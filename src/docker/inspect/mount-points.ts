import type { MountConfig } from '../../container/record.js';
import { omittingEmpty } from '../template/values.js';

/** An element of `Mounts` of `inspect` (moby, MountPoint in api/types/container/container.go). */
export function mountPointOf(mount: MountConfig) {
  const fields = {
    Type: mount.type,
    Name: mount.type === 'volume' ? mount.name : '',
    Source: mount.type === 'tmpfs' ? '' : mount.source,
    Destination: mount.target,
    Driver: mount.type === 'volume' ? 'local' : '',
    Mode: mount.type === 'tmpfs' ? mount.options : mount.readOnly ? 'ro' : '',
    RW: mount.type === 'tmpfs' || !mount.readOnly,
    Propagation: mount.type === 'bind' ? mount.propagation : '',
  };
  return omittingEmpty(fields, 'Name', 'Driver');
}
