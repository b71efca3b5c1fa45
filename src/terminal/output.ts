import { said } from './said.js';

/** As a shell tells the death by SIGPIPE: nobody reads standard output any more (`| head -1`). */
export const NOBODY_READS = 141;

let failure: Error | undefined;
let survives = false;

/** Keeps a write to a closed pipe from ending the process with a stack; any other failure (a full disk) is told. */
export function surviveClosedOutput(): void {
  if (survives) return;
  survives = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isClosed = error.code === 'EPIPE';
    if (!isClosed) process.stderr.write(`tslab: ${said(`the output cannot be written: ${error.message}`)}\n`);
    process.exitCode = isClosed ? NOBODY_READS : 1;
    failure = error;
  });
}

/** Whether this is the failure of standard output, which reaches whoever wrote as well. */
export function isToldAlready(error: unknown): boolean {
  return error !== undefined && error === failure;
}

/** Writes text to standard output. */
export function print(text: string): void {
  surviveClosedOutput();
  process.stdout.write(text);
}
