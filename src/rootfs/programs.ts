import { UserError } from '../kernel/errors/user-error.js';
import { findProgram } from '../kernel/files/program-path.js';

/** Without these no lab can run. */
export const ESSENTIAL = ['sh', 'cat', 'echo', 'id', 'ls', 'mkdir', 'rm', 'sleep', 'true'];

/** Other programs that students type; those that the host lacks are replaced by a script or left out. */
const USEFUL = `awk basename chmod chown chroot cp cut date dd df dirname du env expr false find grep head hostname kill
  ln mkfifo mknod mktemp mount mv nproc nsenter printenv printf ps pwd readlink realpath rmdir sed seq setsid sort stat
  stty sync tail tee test timeout touch tr tty umount uname uniq unshare wc whoami yes`.split(/\s+/);

/** The host's programs for a root filesystem, by name. Throws a UserError where an essential one is missing. */
export function findPrograms(directories: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of [...ESSENTIAL, ...USEFUL]) {
    const path = findProgram(name, directories);
    if (path) found.set(name, path);
  }
  for (const name of ESSENTIAL) if (!found.has(name)) throw missing(name, directories);
  return found;
}

/** The error for an essential program of which the host has no usable one. */
export function missing(name: string, directories: readonly string[]): UserError {
  const message = `The labs need a root filesystem, and this machine has no usable ${name} to put into it (looked in ${directories.join(', ')}).`;
  return new UserError(
    message,
    3,
    'Install a static busybox (apt-get install busybox-static), or name a root filesystem: --rootfs DIR',
  );
}
