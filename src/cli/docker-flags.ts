/**
 * The words of Docker's commands as docker reads them (spf13/pflag, flag.go, parseArgs): a boolean takes a value behind `=` only, letters
 * may be joined, a value follows its flag whatever it looks like, and no long name is abbreviated.
 */
import type { Command } from 'commander';
import { UserError } from '../kernel/errors/user-error.js';
import { nearest } from '../state/nearest.js';
import type { Define, Work } from './command.js';

/** Of an error about a flag, and of one about too few or too many words: docker exits with 125, and with 1. */
const [WRONG_FLAG, WRONG_COUNT] = [2, 1] as const;

/** A flag that a command does not have, or a command that a group does not: `--cap-add`, `-p`, `commit`. */
export class Unknown extends UserError {
  readonly word: string;

  constructor(word: string, status: 1 | 2, message: string, remedy: string) {
    super(message, status, remedy);
    this.word = word;
  }
}

/** `--help` was asked for: the words of the command below the one that was read, such as `create` of `volume`. */
export interface HelpRequest {
  readonly helpOf: readonly string[];
}

/** What the words ask of a command. Throws UserError, in the words of docker: 2 for a flag, 1 for too few or too many words. */
export function readWords(name: string, define: Define, words: readonly string[]): Work | HelpRequest {
  let work: Work = async () => 0;
  const command = new FlagCommand(`tslab ${name}`);
  define(command as unknown as Command, (chosen) => {
    work = chosen;
  });
  return command.read(words) ?? work;
}

type ParseValue = (value: string, before: unknown) => unknown;

interface Flag {
  /** As an error names it: `-m, --memory`. */
  readonly shown: string;
  /** As commander calls it: `cpuShares`, and `trunc` of `--no-trunc`. */
  readonly key: string;
  readonly takesValue: boolean;
  readonly parse: ParseValue;
}

type Options = Record<string, unknown>;

/** As much of commander's Command as Docker's commands describe themselves to. */
class FlagCommand {
  readonly #name: string;
  readonly #arguments: string[] = [];
  readonly #commands = new Map<string, FlagCommand>();
  readonly #defaults: Options = {};
  /** By `--name` and `-n`. */
  readonly #flags = new Map<string, Flag>();
  readonly #siblings: Map<string, FlagCommand>;
  #interspersed = true;
  #usage: string | undefined;
  #action: ((...given: unknown[]) => unknown) | undefined;

  constructor(name: string, siblings = new Map<string, FlagCommand>()) {
    this.#name = name;
    this.#siblings = siblings;
    this.option('-h, --help', '');
  }

  description = () => this;
  summary = () => this;
  helpOption = () => this;

  usage(text: string): this {
    this.#usage = text;
    return this;
  }

  passThroughOptions(): this {
    this.#interspersed = false;
    return this;
  }

  argument(name: string): this {
    this.#arguments.push(name);
    return this;
  }

  command(nameAndArguments: string): FlagCommand {
    const [name = '', ...words] = nameAndArguments.split(' ');
    const command = new FlagCommand(`${this.#name} ${name}`, this.#commands);
    for (const word of words) command.argument(word);
    return command.alias(name);
  }

  alias(name: string): this {
    this.#siblings.set(name, this);
    return this;
  }

  option(flags: string, _description: string, parseOrDefault?: unknown, value?: unknown): this {
    const [, letter, name = '', takesValue] = /^(?:(-\w), )?--(\S+)( <.*>)?$/.exec(flags) ?? [];
    const key = name.replace(/^no-/, '').replace(/-./g, (dash) => dash.slice(1).toUpperCase());
    const parse = typeof parseOrDefault === 'function' ? (parseOrDefault as ParseValue) : undefined;
    const flag = { shown: `${letter ? `${letter}, ` : ''}--${name}`, key, takesValue: takesValue !== undefined };
    const read = parse ?? (flag.takesValue ? (text: string) => text : readTruth(flag.shown, !name.startsWith('no-')));
    for (const word of [letter, `--${name}`]) if (word) this.#flags.set(word, { ...flag, parse: read });
    const preset = name.startsWith('no-') ? true : parse ? value : parseOrDefault;
    if (preset !== undefined) this.#defaults[key] = preset;
    return this;
  }

  action(action: (...given: never[]) => unknown): this {
    this.#action = action as (...given: unknown[]) => unknown;
    return this;
  }

  read(words: readonly string[]): HelpRequest | undefined {
    if (this.#commands.size > 0) return this.#readCommand(words);
    const options: Options = { ...this.#defaults };
    const operands = this.#take([...words], options);
    if (options.help) return { helpOf: [] };
    this.#checkCount(operands.length);
    const given = this.#arguments.map((name, i) => (isVariadic(name) ? operands.slice(i) : operands[i]));
    this.#action?.(...given, options);
    return undefined;
  }

  /** A command of commands: alone it shows them. */
  #readCommand(words: readonly string[]): HelpRequest | undefined {
    const at = words.findIndex((word) => !word.startsWith('-'));
    const name = words[at] ?? '';
    const command = this.#commands.get(name);
    if (command) {
      const help = command.read(words.toSpliced(at, 1));
      return help && { helpOf: [name, ...help.helpOf] };
    }
    this.#take(
      words.filter((word) => word.startsWith('-')),
      {},
    );
    if (at < 0) return { helpOf: [] };
    const hint = this.#hint(name, [...this.#commands.keys()]);
    throw new Unknown(name, WRONG_COUNT, `unknown command: ${this.#name} ${name}`, hint);
  }

  /** Takes flags and their values from the words. Returns the operands. */
  #take(left: string[], options: Options): string[] {
    const operands: string[] = [];
    while (left.length > 0) {
      const word = left.shift() as string;
      if (word === '--') return [...operands, ...left];
      if (word.startsWith('--')) this.#takeLong(word, left, options);
      else if (word.startsWith('-') && word !== '-') this.#takeLetters(word.slice(1), left, options);
      else if (this.#interspersed) operands.push(word);
      else return [...operands, word, ...left];
    }
    return operands;
  }

  #takeLong(word: string, left: string[], options: Options): void {
    if (/^--[-=]/.test(word)) throw new UserError(`bad flag syntax: ${word}`, WRONG_FLAG, this.#hint());
    const whole = this.#flags.get(word);
    const [name = '', inline] = whole ? [word] : word.split(/=(.*)/s);
    const flag = whole ?? this.#flags.get(name) ?? this.#flags.get(OTHER_NAMES[name] ?? '');
    if (!flag) throw new Unknown(name, WRONG_FLAG, `unknown flag: ${name}`, this.#hint(name, [...this.#flags.keys()]));
    const value = inline ?? (flag.takesValue ? left.shift() : 'true');
    if (value === undefined) throw this.#needsValue(name);
    options[flag.key] = flag.parse(value, options[flag.key]);
  }

  #takeLetters(letters: string, left: string[], options: Options): void {
    const [letter = '', rest] = [letters[0], letters.slice(1)];
    const flag = this.#flags.get(`-${letter}`);
    const unknown = `unknown shorthand flag: '${letter}' in -${letters}`;
    if (!flag) throw new Unknown(`-${letter}`, WRONG_FLAG, unknown, this.#hint());
    const isInline = rest.length > 1 && rest.startsWith('=');
    const value = isInline ? rest.slice(1) : flag.takesValue ? rest || left.shift() : 'true';
    if (value === undefined) throw this.#needsValue(`'${letter}' in -${letters}`);
    options[flag.key] = flag.parse(value, options[flag.key]);
    if (!isInline && !flag.takesValue && rest !== '') this.#takeLetters(rest, left, options);
  }

  #needsValue(flag: string): UserError {
    return new UserError(`flag needs an argument: ${flag}`, WRONG_FLAG, this.#hint());
  }

  #hint(given = '', known: readonly string[] = []): string {
    const like = nearest(given, known);
    return `${like ? `Did you mean ${like}? ` : ''}\`${this.#name} --help\` shows how it is used.`;
  }

  #checkCount(count: number): void {
    const least = this.#arguments.filter((name) => name.startsWith('<')).length;
    const most = this.#arguments.some(isVariadic) ? Number.POSITIVE_INFINITY : this.#arguments.length;
    if (count >= least && count <= most) return;
    const usage = this.#usage ?? ['[options]', ...this.#arguments].join(' ');
    throw new UserError(`'${this.#name}' ${expected(least, most)}`, WRONG_COUNT, `Usage: ${this.#name} ${usage}`);
  }
}

/** Names that docker takes too, and does not show. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  '--net': '--network',
  '--net-alias': '--network-alias',
  '--dns-opt': '--dns-option',
  '--time': '--timeout',
};

function isVariadic(argument: string): boolean {
  return /\.\.\.[>\]]$/.test(argument);
}

/** As docker says it (docker/cli, cli/required.go). */
function expected(least: number, most: number): string {
  const words = (count: number) => `${count} argument${count === 1 ? '' : 's'}`;
  if (most === 0) return 'accepts no arguments';
  if (least === most) return `requires ${words(least)}`;
  if (most === Number.POSITIVE_INFINITY) return `requires at least ${words(least)}`;
  return least === 0 ? `requires at most ${words(most)}` : `requires at least ${least} and at most ${words(most)}`;
}

/** The words of Go's strconv.ParseBool. A flag that is false is as one that is not given; `--no-stream` says `stream` is false. */
function readTruth(shown: string, isPlain: boolean): ParseValue {
  return (text) => {
    const truth = /^(1|t|T|true|TRUE|True)$/.test(text);
    if (truth || /^(0|f|F|false|FALSE|False)$/.test(text)) return isPlain ? truth || undefined : !truth;
    const message = `invalid argument ${JSON.stringify(text)} for "${shown}" flag: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new UserError(message, WRONG_FLAG, 'Allowed: true, t, 1, false, f, 0.');
  };
}
