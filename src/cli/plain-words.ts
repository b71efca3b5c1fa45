import type { Command } from 'commander';
import type { Define, Work } from './command.js';

/**
 * What the words ask of a command that takes options only before its first operand, where they are plain: whole names, values that
 * look like none. Undefined for all else (`-it`, `--help`, mistakes), which commander understands and explains: it takes 5 ms to
 * load and to read the same.
 */
export function parsePlain(define: Define, words: readonly string[]): Work | undefined {
  const command = new PlainCommand();
  let work: Work | undefined;
  define(command as unknown as Command, (chosen) => {
    work = chosen;
  });
  command.parse(words);
  return work;
}

type ParseValue = (value: string, before: unknown) => unknown;

interface Option {
  /** As commander calls it: `cpuShares`. */
  readonly name: string;
  readonly takesValue: boolean;
  readonly parse: ParseValue;
}

type Action = (operand: string, rest: readonly string[], options: Readonly<Record<string, unknown>>) => unknown;

/** As much of commander's Command as `run` and `exec` describe themselves to. */
class PlainCommand {
  readonly #options = new Map<string, Option>();
  #least = 0;
  #action: Action | undefined;

  description = () => this;
  usage = () => this;
  helpOption = () => this;
  passThroughOptions = () => this;

  argument(name: string): this {
    if (name.startsWith('<')) this.#least++;
    return this;
  }

  option(flags: string, _description: string, parse: ParseValue = (value) => value): this {
    const words = flags.split(/,? /);
    const long = words.find((word) => word.startsWith('--')) ?? '';
    const name = long.slice(2).replace(/-./g, (letter) => letter.slice(1).toUpperCase());
    const option = { name, takesValue: flags.endsWith('>'), parse };
    for (const word of words) if (word.startsWith('-')) this.#options.set(word, option);
    return this;
  }

  action(action: Action): this {
    this.#action = action;
    return this;
  }

  parse(words: readonly string[]): void {
    const options: Record<string, unknown> = {};
    const left = [...words];
    while (left[0]?.startsWith('-')) if (!this.#take(left, options)) return;
    const [operand, ...rest] = left;
    if (operand !== undefined && left.length >= this.#least) this.#action?.(operand, rest, options);
  }

  /** Takes an option, and its value, from the words. False where they are not plain. */
  #take(left: string[], options: Record<string, unknown>): boolean {
    const [flag = '', ...inline] = (left.shift() as string).split('=');
    const option = this.#options.get(flag);
    if (!option || (inline.length > 0 && !(option.takesValue && flag.startsWith('--')))) return false;
    const value = inline.length > 0 ? inline.join('=') : option.takesValue ? left.shift() : '';
    if (value === undefined || value.startsWith('-')) return false;
    options[option.name] = option.takesValue ? option.parse(value, options[option.name]) : true;
    return true;
  }
}
