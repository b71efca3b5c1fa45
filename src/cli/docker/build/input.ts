import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Ignore } from '../../../image/build/context/ignore.js';
import { openSource, type Source } from '../../../image/build/context/source.js';
import { unpackIfArchive } from '../../../image/build/copy/unpack.js';
import { type Dockerfile, parseDockerfile } from '../../../image/build/dockerfile/parse.js';
import { imagesDirectory } from '../../../image/store/layout.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { makeTemporary, removeTemporary } from '../../../state/temporary.js';

/** What a build is made of. What came from standard input is removed at the end. */
export class BuildInput implements Disposable {
  readonly dockerfile: Dockerfile;
  readonly context: Source;
  #temporary: string | undefined;

  constructor({ file, name, directory, ignore }: Found, temporary: string | undefined) {
    this.dockerfile = parseDockerfile(readFileSync(file, 'utf8'), name);
    this.context = openSource(directory, ignore);
    this.#temporary = temporary;
  }

  /** Nothing is read from it any more. */
  removeTemporary(): void {
    if (this.#temporary !== undefined) removeTemporary(this.#temporary);
    this.#temporary = undefined;
  }

  [Symbol.dispose](): void {
    this.context[Symbol.dispose]();
    this.removeTemporary();
  }
}

interface Found {
  readonly file: string;
  /** How errors call it. */
  readonly name: string;
  readonly directory: string;
  readonly ignore: Ignore;
}

/** What is given as context and by `-f`. */
interface Given {
  readonly context: string;
  readonly file: string | undefined;
  readonly aborted: AbortSignal;
}

/** Opens the context and reads the Dockerfile; either may come from standard input. Throws UserError, DockerfileError, or the reason of `aborted`. */
export async function openInput(given: Given): Promise<BuildInput> {
  const { context, file } = given;
  if (context === '-' && file === '-')
    throw new UserError("invalid argument: can't use stdin for both build context and dockerfile", 1, '-f FILE -');
  if (context !== '-') checkContext(context);
  if (context !== '-' && file !== '-') return new BuildInput(find(context, file), undefined);
  const temporary = makeTemporary(imagesDirectory('ingest'));
  try {
    return new BuildInput(await read(temporary, given), temporary);
  } catch (error) {
    removeTemporary(temporary);
    throw error;
  }
}

async function read(temporary: string, { context, file, aborted }: Given): Promise<Found> {
  const stdin = join(temporary, 'stdin');
  await pipeline(process.stdin, createWriteStream(stdin), { signal: aborted });
  const dockerfile = { file: stdin, name: 'Dockerfile' };
  if (file === '-') return { ...dockerfile, directory: context, ignore: ignoreOf(context) };
  const directory = join(temporary, 'context');
  mkdirSync(directory);
  if (!(await unpackIfArchive(stdin, directory))) return { ...dockerfile, directory, ignore: ignoreOf(directory) };
  return find(directory, join(directory, file ?? 'Dockerfile'));
}

function find(context: string, given: string | undefined): Found {
  const file = dockerfileOf(context, given);
  return { file, name: given ?? basename(file), directory: context, ignore: ignoreOf(context, file) };
}

function checkContext(context: string): void {
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(context))
    throw new UserError(`the context ${context} is not fetched`, 1, 'Clone or download it, and give the directory.');
  const stats = statSync(context, { throwIfNoEntry: false });
  if (!stats) throw new UserError(`unable to prepare context: path ${JSON.stringify(context)} not found`, 1);
  if (!stats.isDirectory())
    throw new UserError(
      `unable to prepare context: ${context} is no directory`,
      1,
      `-f ${context} ${dirname(context)}`,
    );
}

/** As with docker `-f` is a path from here, and not from the context. */
function dockerfileOf(context: string, given: string | undefined): string {
  const file = given ?? join(context, 'Dockerfile');
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  const directory = dirname(file);
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const like = names.find((name) => name.toLowerCase() === 'dockerfile') ?? nearest(basename(file), names);
  const remedy = like === undefined ? 'A file with FROM, COPY, RUN …' : `Did you mean -f ${join(directory, like)}?`;
  throw new UserError(`failed to read dockerfile: ${file}: no such file`, 1, remedy);
}

/** One of the Dockerfile's own comes first: `Dockerfile.dockerignore`. */
export function ignoreOf(context: string, dockerfile = ''): Ignore {
  const [file] = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')].filter((path) => existsSync(path));
  return new Ignore(file === undefined ? '' : readFileSync(file, 'utf8'), basename(file ?? '.dockerignore'));
}
