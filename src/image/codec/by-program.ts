import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UserError } from '../../kernel/errors/user-error.js';

/** Compressions that neither Node nor a library of every host has; programs of their names do. */
export type ProgramCodec = 'bzip2' | 'xz';

const PACKAGES: Readonly<Record<ProgramCodec, string>> = { bzip2: 'bzip2', xz: 'xz-utils' };

/** The bytes of a file without its compression. Throws UserError where the program is not here, or the file is damaged. */
export async function* byProgram(codec: ProgramCodec, path: string): AsyncGenerator<Buffer> {
  const input = openSync(path, 'r');
  const program = spawn(codec, ['-dc'], { stdio: [input, 'pipe', 'pipe'] });
  closeSync(input);
  let said = '';
  program.stderr?.on('data', (text) => {
    said = `${said}${text}`.slice(0, 200);
  });
  const ended = once(program, 'close').catch((error: Error) => {
    const remedy = `apt-get install ${PACKAGES[codec]}; or repack it with gzip.`;
    throw new UserError(
      `this is compressed with ${codec}, and that program cannot be run: ${error.message}`,
      3,
      remedy,
    );
  });
  ended.catch(() => {});
  try {
    yield* program.stdout as Readable;
    const [status] = await ended;
    if (status !== 0) throw new UserError(`it is damaged: ${codec}: ${said.trim()}`, 2);
  } finally {
    program.kill('SIGKILL');
  }
}
