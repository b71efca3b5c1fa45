import type { BuildEvent } from '../../../image/build/host.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import { warn } from '../../leftovers.js';

/** Bytes of what a step printed that are kept, to be shown where it fails. */
const MOST_KEPT = 4096;

/** Shows a build as it goes on: each step with its number, and what it prints, on standard output. */
export class BuildOutput {
  readonly #isQuiet: boolean;
  #kept: Buffer = Buffer.alloc(0);

  /** Quiet: nothing is shown, until a step fails. */
  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  readonly tell = (event: BuildEvent): void => {
    if (event.kind === 'output') this.#kept = Buffer.concat([this.#kept, event.bytes]).subarray(-MOST_KEPT);
    else if (!this.#isQuiet) this.#endLine();
    if (event.kind === 'step') this.#kept = Buffer.alloc(0);
    if (event.kind === 'warning') warn(event.text);
    else if (!this.#isQuiet) show(event);
  };

  /** What the last step printed is shown where it was not. */
  failed(): void {
    if (this.#isQuiet) process.stderr.write(this.#kept);
    this.#endLine();
  }

  /** What a step printed last may have no end of its line. */
  #endLine(): void {
    const isOpen = this.#kept.length > 0 && this.#kept.at(-1) !== 0x0a;
    if (isOpen) (this.#isQuiet ? process.stderr : process.stdout).write('\n');
    this.#kept = Buffer.alloc(0);
  }
}

function show(event: Exclude<BuildEvent, { kind: 'warning' }>): void {
  if (event.kind === 'output') process.stdout.write(event.bytes);
  else if (event.kind === 'cached') print(' ---> Using cache\n');
  else if (event.kind === 'trigger') print(` ---> ONBUILD ${visible(event.text)}\n`);
  else if (event.kind === 'missed') print(` ---> Not from the cache: ${visible(event.why)}\n`);
  else print(`Step ${event.number}/${event.of} : ${visible(event.text)}\n`);
}
