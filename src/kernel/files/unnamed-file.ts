import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { call } from '../call.js';
import { linkThrough } from '../calls/index.js';
import { O_CLOEXEC, O_TMPFILE, O_WRONLY } from '../constants.js';
import { errorCode } from '../errors/errno.js';

/**
 * A file that is to be whole before it has its name. Until then it has none (O_TMPFILE), so that nothing is left of it when this process is
 * killed; on a file system that has no such files, a name of its own.
 */
export class UnnamedFile implements Disposable {
  readonly fd: number;
  readonly #path: string;
  readonly #draft: string;
  readonly #hasName: boolean;

  /** Throws node's errors (ENOENT, EACCES). */
  constructor(path: string) {
    this.#path = path;
    this.#draft = `${path}.${process.pid}.tmp`;
    const unnamed = openUnnamed(dirname(path));
    this.#hasName = unnamed === undefined;
    this.fd = unnamed ?? openSync(this.#draft, 'wx', 0o600);
  }

  /** Gives it its name, which another file loses. Throws SyscallError, and node's errors. */
  name(): void {
    if (!this.#hasName) call(linkThrough(`/proc/self/fd/${this.fd}`, this.#draft));
    renameSync(this.#draft, this.#path);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
    rmSync(this.#draft, { force: true });
  }
}

/** EISDIR: a kernel or a file system that takes O_TMPFILE for a directory to be opened. */
function openUnnamed(directory: string): number | undefined {
  try {
    return openSync(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0o600);
  } catch (error) {
    if (['EOPNOTSUPP', 'EISDIR', 'ENOTSUP'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
