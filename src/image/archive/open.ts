import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { O_DIRECTORY, O_PATH } from '../../kernel/constants.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { openInside } from '../../kernel/files/inside.js';
import { makeTemporary, removeTemporary } from '../../state/temporary.js';
import { TarError } from '../../tar/entry.js';
import { decompressed, shownPath } from '../codec/decompress.js';
import { unpackLayer } from '../layer/unpack-layer.js';
import { MOST_JSON } from '../manifest.js';
import { imagesDirectory } from '../store/layout.js';

/**
 * The files of an archive of images, unpacked aside as a layer is, since it may be as hostile. Layers of old archives of Docker's are links
 * to those of other images: they are followed, and lead nowhere out.
 */
export class OpenArchive implements Disposable {
  readonly #temporary: string;
  readonly #root: number;

  private constructor(temporary: string) {
    this.#temporary = temporary;
    this.#root = openSync(join(temporary, 'files'), O_PATH | O_DIRECTORY);
  }

  /** Throws UserError for what is no archive. */
  static async open(file: string, aborted?: AbortSignal): Promise<OpenArchive> {
    const temporary = makeTemporary(imagesDirectory('ingest'));
    try {
      mkdirSync(join(temporary, 'files'));
      await unpackLayer(decompressed(file, 'archive', aborted), join(temporary, 'files'));
      return new OpenArchive(temporary);
    } catch (error) {
      removeTemporary(temporary);
      throw named(error, file);
    }
  }

  /** It had no files, as what a command writes that failed. */
  isEmpty(): boolean {
    return readdirSync(join(this.#temporary, 'files')).length === 0;
  }

  /** The bytes of a file of JSON; undefined where there is none. Throws UserError where it is larger than any such file. */
  read(path: string): Buffer | undefined {
    using file = this.#open(path);
    if (!file) return undefined;
    const { size } = statSync(file.open);
    if (size <= MOST_JSON) return readFileSync(file.open);
    throw new UserError(`${path} of the archive has ${size} bytes, more than the ${MOST_JSON} that are allowed`, 2);
  }

  /** A path that open(2) takes while `use` runs. Throws UserError where there is no such file. */
  async withFile<T>(path: string, use: (open: string) => Promise<T>): Promise<T> {
    using file = this.#open(path);
    if (!file) throw new UserError(`the archive has no ${path}, which its manifest names`, 2);
    return await use(file.open);
  }

  /** For a pipe open(2) would wait, and a device may be anything. */
  #open(path: string): ({ readonly open: string } & Disposable) | undefined {
    const fd = openInside(this.#root, path, O_PATH);
    if (fd < 0) return undefined;
    if (fstatSync(fd).isFile()) return { open: `/proc/self/fd/${fd}`, [Symbol.dispose]: () => closeSync(fd) };
    closeSync(fd);
    return undefined;
  }

  [Symbol.dispose](): void {
    closeSync(this.#root);
    removeTemporary(this.#temporary);
  }
}

/** Errors of an archive, with the name of its file. */
export function named(error: unknown, file: string): unknown {
  if (!(error instanceof TarError)) return error;
  return new UserError(`${shownPath(file)} is no archive, or a damaged one: ${error.message}`, 2, error.remedy);
}
