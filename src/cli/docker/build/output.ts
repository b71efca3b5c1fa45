import type { BuildEvent } from '../../../image/build/host.js';
import { visible } from '../../../view/text/visible.js';
import { warn } from '../../leftovers.js';
import type { Shown } from '../images/transfer.js';

/** Bytes of what a step printed that are kept, to be shown where it fails. */
const MOST_KEPT = 4096;

/** Shows a build as it goes on: each step with its number, and what it prints. */
export class BuildOutput {
  readonly #shown: Shown | undefined;
  #kept: Buffer = Buffer.alloc(0);

  /** Undefined: nothing is shown, until a step fails. */
  constructor(shown: Shown | undefined) {
    this.#shown = shown;
  }

  readonly tell = (event: BuildEvent): void => {
    if (event.kind === 'output') this.#kept = Buffer.concat([this.#kept, event.bytes]).subarray(-MOST_KEPT);
    else if (this.#shown) this.#endLine();
    if (event.kind === 'step') this.#kept = Buffer.alloc(0);
    if (event.kind === 'warning') warn(event.text);
    else if (this.#shown) show(event, this.#shown);
  };

  /** What the last step printed is shown where it was not. */
  failed(): void {
    if (!this.#shown) process.stderr.write(this.#kept);
    this.#endLine();
  }

  /** What a step printed last may have no end of its line. */
  #endLine(): void {
    const isOpen = this.#kept.length > 0 && this.#kept.at(-1) !== 0x0a;
    if (isOpen) (this.#shown?.stream ?? process.stderr).write('\n');
    this.#kept = Buffer.alloc(0);
  }
}

function show(event: Exclude<BuildEvent, { kind: 'warning' }>, { stream, write: print }: Shown): void {
  if (event.kind === 'output') stream.write(event.bytes);
  else if (event.kind === 'cached') print(' ---> Using cache\n');
  else if (event.kind === 'trigger') print(` ---> ONBUILD ${visible(event.text)}\n`);
  else if (event.kind === 'missed') print(` ---> Not from the cache: ${visible(event.why)}\n`);
  else print(`Step ${event.number}/${event.of} : ${visible(event.text)}\n`);
}
