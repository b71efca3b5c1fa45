import { landlockVersion } from '../../../kernel/credentials/landlock-version.js';
import { errnoName } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/** Checks `landlock=rw:/tmp:/var/tmp`. Throws UserError: (2) for any other value, (3) where this kernel has no Landlock. */
export function checkLandlock(value: string): true {
  const [mode, ...directories] = value.split(':');
  const isPath = (path: string) => path.startsWith('/') && !path.includes('\0');
  if (mode !== 'rw' || directories.length === 0 || !directories.every(isPath)) throw noList(value);
  const version = landlockVersion();
  if (version < 0) throw noLandlock(errnoName(-version));
  return true;
}

function noList(value: string): UserError {
  const message = `invalid --security-opt landlock: ${JSON.stringify(value.slice(0, 100))}`;
  return new UserError(message, 2, 'Name the directories below which it may write: landlock=rw:/tmp:/var/tmp.');
}

function noLandlock(errno: string): UserError {
  const message = `--security-opt landlock: this kernel has no Landlock (landlock_create_ruleset: ${errno})`;
  const remedy =
    'It takes Linux 5.13 with CONFIG_SECURITY_LANDLOCK, and landlock in the list of lsm= where it was booted with one.';
  return new UserError(message, 3, remedy);
}
