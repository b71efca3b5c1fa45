import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';

/** Compressions that neither Node nor a library of every host has; programs of their names do. */
export type ProgramCodec = 'bzip2' | 'xz';

const PACKAGES: Readonly<Record<ProgramCodec, string>> = { bzip2: 'bzip2', xz: 'xz-utils' };
/** What `xz -9` needs is 65 MiB; a file may ask for 4 GiB. */
const ARGUMENTS: Readonly<Record<ProgramCodec, readonly string[]>> = {
  bzip2: ['-dc'],
  xz: ['-dc', '--memlimit-decompress=256MiB'],
};

/** What cannot be decompressed, in the words of the program. */
export class ProgramError extends Error {}

/** The bytes without their compression. Throws ProgramError where they are damaged, and UserError where the program is not here. */
export async function* byProgram(codec: ProgramCodec, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const program = spawn(codec, ARGUMENTS[codec], { stdio: 'pipe' });
  let said = '';
  program.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(0, 200);
  });
  const ended = once(program, 'close').catch((error: Error) => {
    throw notHere(codec, error);
  });
  ended.catch(() => {});
  // A program that has seen enough closes its input.
  const fed = pipeline(bytes, program.stdin).then(
    () => undefined,
    (error) => (errorCode(error) === 'EPIPE' ? undefined : error),
  );
  try {
    yield* program.stdout;
    const [status] = await ended;
    const unread = await fed;
    if (unread) throw unread;
    if (status !== 0) throw new ProgramError(said.trim() || `it ended with ${status}`);
  } finally {
    program.kill('SIGKILL');
  }
}

function notHere(codec: ProgramCodec, { message }: Error): UserError {
  const remedy = `apt-get install ${PACKAGES[codec]}; or repack it with gzip.`;
  return new UserError(`this is compressed with ${codec}, and that program cannot be run: ${message}`, 3, remedy);
}
