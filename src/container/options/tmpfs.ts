import { UserError } from '../../kernel/user-error.js';
import { checkTarget, type MountRequest } from './mount-request.js';

/** What every tmpfs of a container is anyway. */
const ALWAYS: ReadonlySet<string> = new Set(['rw', 'noexec', 'nosuid', 'nodev']);

/** tmpfs(5) */
const OPTION = /^(size|nr_blocks|nr_inodes|mode|uid|gid|huge)=[\w%]+$/;

/** `--tmpfs DST` or `DST:size=64m,mode=1777`. Throws UserError (2). */
export function parseTmpfs(value: string): MountRequest {
  const [target = '', words = ''] = value.split(/:(.*)/s);
  const options = words.split(',').filter((word) => word !== '' && !ALWAYS.has(word));
  const unknown = options.find((option) => !OPTION.test(option));
  if (unknown === undefined) return { type: 'tmpfs', target: checkTarget(target), options: options.join(',') };
  const allowed = `size=64m, mode=1777, uid=, gid=, nr_inodes=, nr_blocks=, huge=; ${[...ALWAYS].join(', ')} hold anyway`;
  throw new UserError(
    `invalid tmpfs option ${JSON.stringify(unknown)} in "--tmpfs ${value}"`,
    2,
    `Allowed: ${allowed}.`,
  );
}
