import type { TarEvent } from './parser.js';
import { type Write, writeEnd, writeHeader, writePadding } from './writer.js';

/** Writes what a parser would yield: members, each with its content in parts behind it. */
export class EventWriter {
  readonly #write: Write;
  /** Bytes of content of the present member. */
  #size = 0;

  constructor(write: Write) {
    this.#write = write;
  }

  take(event: TarEvent): void {
    if (event instanceof Uint8Array) this.#write(event);
    else {
      writePadding(this.#write, this.#size);
      writeHeader(this.#write, event);
      this.#size = event.size;
    }
  }

  end(): void {
    writePadding(this.#write, this.#size);
    writeEnd(this.#write);
  }
}
