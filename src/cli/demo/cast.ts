import { closeSync, openSync, writeSync } from 'node:fs';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type CastHeader, castEvent, castHeader } from '../../view/demo/asciicast.js';

/** A recording on its way into its file: whole after each line, so that it can be played whatever happens next. */
export class Cast {
  readonly #fd: number;
  readonly #start = performance.now();
  /** Why no more is recorded: a disk that is full must not end a demo. */
  failure: Error | undefined;

  /** Throws UserError (2) where the file exists, unless it may be replaced, or cannot be made. */
  constructor(path: string, force: boolean, header: CastHeader) {
    try {
      this.#fd = openSync(path, force ? 'w' : 'wx');
    } catch (error) {
      throw cannotRecord(path, error);
    }
    this.#write(castHeader(header));
  }

  screen(text: string): void {
    this.#write(castEvent(this.#seconds, 'o', text));
  }

  marker(label: string): void {
    this.#write(castEvent(this.#seconds, 'm', label));
  }

  resize({ columns, rows }: { columns: number; rows: number }): void {
    this.#write(castEvent(this.#seconds, 'r', `${columns}x${rows}`));
  }

  close(): void {
    closeSync(this.#fd);
  }

  get #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  #write(line: string): void {
    if (this.failure) return;
    try {
      writeSync(this.#fd, line);
    } catch (error) {
      this.failure = error as Error;
    }
  }
}

function cannotRecord(path: string, error: unknown): UserError {
  if (errorCode(error) === 'EEXIST')
    return new UserError(`--record: ${path} exists already`, 2, 'Give another name, or replace it with --force.');
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(`--record: ${path} cannot be written: ${reason}`, 2);
}
