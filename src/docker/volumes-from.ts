import type { MountConfig } from '../container/record.js';
import { findContainer } from '../container/store/find.js';
import { UserError } from '../kernel/errors/user-error.js';

/**
 * Bind mounts and volumes of other containers, for `--volumes-from NAME[:ro]`: each at its place, unless the new container has one of
 * its own there (`own`). Of two at one place the later counts (moby, registerMountPoints()). Throws UserError (2).
 */
export function inheritedMounts(specs: readonly string[], own: ReadonlySet<string>): MountConfig[] {
  const all = specs.flatMap(mountsOf).filter(({ target }) => !own.has(target));
  return [...new Map(all.map((mount) => [mount.target, mount])).values()];
}

function mountsOf(spec: string): MountConfig[] {
  const [reference = '', mode = 'rw'] = spec.split(/:(.*)/s);
  if (reference === '') throw refuse('volumes-from specification cannot be an empty string');
  const words = mode.split(',');
  if (!words.every((word) => ['ro', 'rw', 'z', 'Z'].includes(word))) throw refuse(`invalid mode: ${mode}`);
  const { mounts } = findContainer(reference).config;
  return mounts.flatMap((mount) =>
    mount.type === 'tmpfs' ? [] : [{ ...mount, readOnly: mount.readOnly || words.includes('ro'), inherited: true }],
  );
}

function refuse(message: string): UserError {
  return new UserError(message, 2, '--volumes-from NAME, or NAME:ro to have them read-only.');
}
