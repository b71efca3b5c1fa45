import { closeSync, openSync } from 'node:fs';
import { CLONE_NEWNS, CLONE_NEWUSER, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../kernel/constants.js';
import { mapOwnIds } from '../../kernel/credentials/own-ids.js';
import { isInOwnNamespace } from '../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { errnoName } from '../../kernel/errors/errno.js';
import { openInside } from '../../kernel/files/inside.js';
import { start } from '../../kernel/process.js';
import type { Syscall } from '../../kernel/syscall.js';

/**
 * A mount namespace that no process is in: the one that made it has ended, and only our descriptors keep it. When they are
 * closed, also by the end of this process, the mounts are gone.
 */
export class HeldMounts implements Disposable {
  readonly #held: number[] = [];

  /** A process in a new mount namespace makes the calls; the last is `exit_group`. Throws SyscallError. */
  constructor(calls: readonly Syscall[]) {
    const mayMount = isPrivileged() || isInOwnNamespace();
    const namespaces = CLONE_NEWNS | (mayMount ? 0 : CLONE_NEWUSER);
    try {
      start({ namespaces, calls }, (pid) => {
        if (!mayMount) mapOwnIds(pid);
        this.#held.push(openSync(`/proc/${pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC));
        this.#held.push(openSync(`/proc/${pid}/ns/mnt`, 'r'));
      });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Opens a path there. Links stay within its root. */
  open(path: string, flags: number): number {
    const fd = openInside(this.#held[0] as number, path, flags);
    if (fd < 0) throw new Error(`${path} cannot be opened among the mounts that were made for it: ${errnoName(-fd)}`);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#held.splice(0)) closeSync(fd);
  }
}
