import { parseCharacter, parseNumber, parseQuoted } from './constants.js';
import { lineOf, parseError, type TemplateError } from './errors.js';
import { isFunction } from './functions.js';
import type { Token, TokenKind } from './lexer.js';
import type { Command, Operand, Pipeline } from './nodes.js';
import { Text } from './values.js';

/** What ends a pipeline: the delimiter, or a parenthesis. */
type End = 'close' | ')';

/** Operands that can be no function, and so cannot take what comes through a pipe. */
const NOT_EXECUTABLE: ReadonlySet<Operand['kind']> = new Set(['constant', 'dot', 'nil']);

/** Reads what stands inside of actions: pipelines, commands and operands. */
export class PipelineParser {
  /** Those that are declared at this place, with their `$`. */
  readonly variables: string[] = ['$'];
  /** The token that was read last. */
  last: Token;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #opened = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
    this.last = this.peek();
  }

  /** The last token, an end or an error, stays. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    this.last = this.peek();
    if (this.last.kind === 'open') this.#opened = this.last.at;
    this.#next = Math.min(this.#next + 1, this.#tokens.length - 1);
    return this.last;
  }

  /** The end of an action that has nothing more. */
  close(context: string): void {
    const token = this.next();
    if (token.kind !== 'close') throw this.unexpected(token, context);
  }

  pipeline(context: string, end: End): Pipeline {
    const { at } = this.peek();
    const { variables, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    while (!isEnd(this.peek(), end)) commands.push(this.#command(context));
    const text = this.#textSince(at);
    this.next();
    this.#checkCommands(commands, context);
    return { variables, assigns, commands, at, text };
  }

  /** `$x :=`, `$x =`, and in a range `$i, $v :=`. A variable that is none of these is an operand. */
  #declarations(context: string): Pick<Pipeline, 'variables' | 'assigns'> {
    const variables: string[] = [];
    while (this.peek().kind === 'variable') {
      const sign = this.peek(1);
      const isDeclared = sign.text === ':=' || sign.text === '=';
      if (sign.kind !== 'sign' || !(isDeclared || sign.text === ',')) break;
      variables.push(this.next().text);
      this.next();
      if (isDeclared) return this.#declare(variables, sign.text === '=');
      if (context !== 'range' || variables.length > 1) throw this.#error(`too many declarations in ${context}`);
      if (this.peek().kind !== 'variable') throw this.#error('range can only initialize variables');
    }
    return this.#declare(variables, false);
  }

  #declare(variables: readonly string[], assigns: boolean) {
    const unknown = variables.find((name) => assigns && !this.variables.includes(name));
    if (unknown) throw this.#error(`undefined variable ${JSON.stringify(unknown)}`);
    this.variables.push(...variables);
    return { variables, assigns };
  }

  #checkCommands(commands: readonly Command[], context: string): void {
    if (commands.length === 0) throw this.#error(`missing value for ${context}`);
    const stage = commands.findIndex(({ operands }, i) => i > 0 && NOT_EXECUTABLE.has(operands[0].kind));
    if (stage > 0) throw this.#error(`non executable command in pipeline stage ${stage + 1}`);
  }

  /** Operands with spaces between, up to a pipe or the end. */
  #command(context: string): Command {
    const { at } = this.peek();
    const first = this.#operand();
    if (!first) throw this.unexpected(this.next(), context);
    const operands: [Operand, ...Operand[]] = [first];
    while (this.peek().spaced) {
      const operand = this.#operand();
      if (!operand) break;
      operands.push(operand);
    }
    const text = this.#textSince(at);
    this.#endCommand();
    return { operands, at, text };
  }

  #endCommand(): void {
    const token = this.peek();
    if (token.kind === 'close' || isSign(token, ')')) return;
    this.next();
    if (!isSign(token, '|')) throw this.unexpected(token, 'operand');
  }

  /** A term, and the fields that follow it without a space. */
  #operand(): Operand | undefined {
    const term = this.#term();
    const { kind, at } = this.peek();
    if (!term || kind !== 'field' || this.peek().spaced) return term;
    if (NOT_EXECUTABLE.has(term.kind)) throw this.#error(`unexpected . after term ${JSON.stringify(term.text)}`);
    const path: string[] = [];
    while (this.peek().kind === 'field' && !this.peek().spaced) path.push(this.next().text.slice(1));
    const place = { at, text: this.#textSince(term.at) };
    if (term.kind === 'field' || term.kind === 'variable') return { ...term, ...place, path: [...term.path, ...path] };
    return { kind: 'chain', of: term, path, ...place };
  }

  #term(): Operand | undefined {
    const token = this.peek();
    if (isSign(token, '(')) return this.#parenthesis();
    const term = this.#word(token) ?? this.#constant(token);
    if (term) this.next();
    return term;
  }

  #parenthesis(): Operand {
    const { at } = this.next();
    const pipeline = this.pipeline('parenthesized pipeline', ')');
    return { kind: 'parenthesis', pipeline, at, text: this.#textSince(at) };
  }

  #word({ kind, at, text }: Token): Operand | undefined {
    if (kind === 'dot') return { kind, at, text };
    if (kind === 'field') return { kind, path: [text.slice(1)], at, text };
    if (kind === 'variable') {
      if (!this.variables.includes(text)) throw this.#error(`undefined variable ${JSON.stringify(text)}`);
      return { kind, name: text, path: [], at, text };
    }
    if (kind !== 'word' || isConstant(text) || isKeyword(text)) return undefined;
    if (text === 'nil') return { kind: 'nil', at, text };
    if (!isFunction(text)) throw this.#error(`function ${JSON.stringify(text)} not defined`);
    return { kind: 'name', at, text };
  }

  #constant({ kind, at, text }: Token): Operand | undefined {
    const parse = CONSTANTS[kind];
    if (!parse || isKeyword(text)) return undefined;
    try {
      return { kind: 'constant', value: parse(text), at, text };
    } catch (error) {
      throw this.#error((error as Error).message);
    }
  }

  /** Go's words for a token that cannot stand here. */
  unexpected(token: Token, context: string): TemplateError {
    if (token.kind !== 'error') return this.#error(`unexpected ${describe(token)} in ${context}`);
    const [line, started] = [lineOf(this.#source, token.at), lineOf(this.#source, this.#opened)];
    const isElsewhere = token.text === 'unclosed action' && started !== line;
    return parseError(line, isElsewhere ? `${token.text} started at :${started}` : token.text);
  }

  #error(message: string): TemplateError {
    return parseError(lineOf(this.#source, this.peek().at), message);
  }

  /** What was read since a place. */
  #textSince(at: number): string {
    const { at: end, text } = this.last;
    return this.#source.slice(at, end + text.length);
  }
}

const CONSTANTS: Partial<Record<TokenKind, (text: string) => unknown>> = {
  word: (text) => text === 'true',
  number: parseNumber,
  character: parseCharacter,
  string: (text) => new Text(parseQuoted(text)),
  raw: (text) => new Text(text.slice(1, -1)),
};

const KEYWORDS: ReadonlySet<string> = new Set('block break continue define else end if range template with'.split(' '));

function isKeyword(text: string): boolean {
  return KEYWORDS.has(text);
}

function isConstant(text: string): boolean {
  return text === 'true' || text === 'false';
}

function isSign(token: Token, text: string): boolean {
  return token.kind === 'sign' && token.text === text;
}

function isEnd(token: Token, end: End): boolean {
  return end === 'close' ? token.kind === 'close' : isSign(token, end);
}

const LONGEST = 10;

/** As Go shows a token: in quotes and cut, a keyword in angle brackets. */
function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'dot' || (kind === 'word' && isKeyword(text))) return `<${text}>`;
  return text.length > LONGEST ? `${JSON.stringify(text.slice(0, LONGEST))}...` : JSON.stringify(text);
}
