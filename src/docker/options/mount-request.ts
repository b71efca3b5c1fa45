import { posix } from 'node:path';
import type { MountConfig } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Asked } from '../../volume/volumes.js';

/** A mount that was asked for. Whether its source exists is not known yet. */
export type MountRequest =
  | (Extract<MountConfig, { type: 'bind' }> & {
      /** `-v` makes a missing source, as a directory; `--mount` refuses. */
      readonly create: boolean;
    })
  | {
      readonly type: 'volume';
      /** Undefined: an anonymous one. */
      readonly name: string | undefined;
      readonly target: string;
      readonly readOnly: boolean;
      /** An empty volume gets the files that the image has at the target. */
      readonly copy: boolean;
      /** Of a volume that is made for it. */
      readonly asked?: Asked;
    }
  | Extract<MountConfig, { type: 'tmpfs' }>;

/** The place inside, without `..` and doubled slashes. Throws UserError (2) where it is relative, or the root itself. */
export function checkTarget(target: string): string {
  if (!target.startsWith('/')) {
    throw new UserError(`invalid mount path: '${target}': mount path must be absolute`, 2, 'It starts with a /.');
  }
  const path = posix.normalize(target).replace(/\/$/, '');
  if (path !== '') return path;
  throw new UserError("invalid specification: destination can't be '/'", 2, '--rootfs DIR gives another root.');
}
