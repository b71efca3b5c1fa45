/**
 * A template as a list of tokens. Outside of `{{` and `}}` all is text; inside are names, constants and punctuation.
 * `{{- ` and ` -}}` trim the spaces of the text beside them. Source: text/template/parse/lex.go.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Characters from the start of the template. */
  readonly at: number;
  /** Whether a space stands before it: `.A.B` is one operand, `.A .B` are two. */
  readonly spaced: boolean;
}

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  /** `.` alone */
  | 'dot'
  /** `.Name` */
  | 'field'
  /** `$` or `$name` */
  | 'variable'
  /** A function, a keyword, `true`, `false` or `nil` */
  | 'word'
  | 'number'
  /** `'a'` */
  | 'character'
  /** `"a\n"` */
  | 'string'
  /** Between backticks */
  | 'raw'
  /** `|`, `(`, `)`, `=`, `:=`, `,` and whatever has no meaning */
  | 'sign'
  /** What is wrong here: the parser tells it where it gets so far. */
  | 'error'
  | 'end';

/** The tokens; the last one is `end`, or `error` where the text cannot be read further. Never throws. */
export function tokenize(template: string): Token[] {
  return new Lexer(template).run();
}

const SPACES = /[ \t\r\n]*/y;
const TRIMMED_OPEN = /\{\{-[ \t\r\n]/y;
const COMMENT = /\{\{(?:-[ \t\r\n])?\/\*/y;
const CLOSE = /[ \t\r\n]+-\}\}|\}\}/y;

/** An identifier must end where it ends: `.A/B` is refused. */
const TERMINATOR = /[ \t\r\n.,|:()]|\}\}|$/y;

/** What can stand in an action, in the order in which it is tried. `.5` is a number, `.a` a field. */
const INSIDE: readonly (readonly [TokenKind, RegExp])[] = [
  [
    'number',
    /[+-]?(?:0[xX][\da-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]+)?|\.\d[\d_]*(?:[eE][+-]?[\d_]+)?)/y,
  ],
  ['field', /\.[\p{L}\p{Nd}_]+/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['word', /[\p{L}\p{Nd}_]+/uy],
  ['string', /"(?:\\[^\n]|[^"\\\n])*"/y],
  ['raw', /`[^`]*`/y],
  ['character', /'(?:\\[^\n]|[^'\\\n])*'/y],
  ['sign', /:=|[!-~]/y],
];

const NAMES: ReadonlySet<TokenKind> = new Set(['field', 'dot', 'variable', 'word']);

/** Signs that begin something which then did not end. */
const UNTERMINATED: Readonly<Record<string, string>> = {
  '"': 'unterminated quoted string',
  '`': 'unterminated raw quoted string',
  "'": 'unterminated character constant',
  ':': 'expected :=',
};

/** The text cannot be read further. */
class Unreadable extends Error {}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Parentheses that are open in this action. */
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    try {
      while (this.#at < this.#source.length) this.#textAndAction();
      this.#add('end', '');
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.#add('error', error.message);
    }
    return this.#tokens;
  }

  #textAndAction(): void {
    this.#text();
    if (this.#at === this.#source.length) return;
    if (this.#match(COMMENT) !== undefined) this.#comment();
    else this.#action();
  }

  #text(): void {
    const open = this.#source.indexOf('{{', this.#at);
    const end = open < 0 ? this.#source.length : open;
    const text = this.#source.slice(this.#at, end);
    const isTrimmed = matchAt(TRIMMED_OPEN, this.#source, end) !== undefined;
    const kept = isTrimmed ? text.replace(/[ \t\r\n]+$/, '') : text;
    if (kept !== '') this.#add('text', kept);
    this.#at = end;
  }

  /** Ends right before the delimiter, which may trim. */
  #comment(): void {
    const end = this.#source.indexOf('*/', this.#at + (this.#match(COMMENT) as string).length);
    if (end < 0) throw new Unreadable('unclosed comment');
    this.#at = end + 2;
    const close = this.#match(/[ \t\r\n]-\}\}|\}\}/y);
    if (close === undefined) throw new Unreadable('comment ends before closing delimiter');
    this.#pass(close);
  }

  #action(): void {
    const trimmed = this.#match(TRIMMED_OPEN);
    this.#add('open', '{{');
    this.#at += trimmed === undefined ? 2 : 3;
    this.#depth = 0;
    while (!this.#close()) this.#inside();
  }

  /** Past the end of the action, if that is here. */
  #close(): boolean {
    const close = this.#match(CLOSE);
    if (close === undefined) return false;
    if (this.#depth > 0) throw new Unreadable('unclosed left paren');
    this.#add('close', '}}');
    this.#pass(close);
    return true;
  }

  #pass(close: string): void {
    this.#at += close.length;
    if (close.includes('-')) this.#at += (this.#match(SPACES) as string).length;
  }

  #inside(): void {
    const spaces = this.#match(SPACES) as string;
    this.#at += spaces.length;
    if (spaces !== '' && this.#match(CLOSE) !== undefined) return;
    if (this.#at === this.#source.length) throw new Unreadable('unclosed action');
    for (const [kind, pattern] of INSIDE) {
      const text = this.#match(pattern);
      if (text !== undefined) {
        this.#token(kind, text, spaces !== '');
        return;
      }
    }
    throw new Unreadable(`unrecognized character in action: ${this.#characterHere()}`);
  }

  #token(kind: TokenKind, text: string, spaced: boolean): void {
    if (kind === 'sign' && Object.hasOwn(UNTERMINATED, text)) throw new Unreadable(UNTERMINATED[text] as string);
    const [start, end] = [this.#at, this.#at + text.length];
    if (NAMES.has(kind) && matchAt(TERMINATOR, this.#source, end) === undefined) this.#badCharacter(end);
    if (kind === 'number' && matchAt(/[\p{L}\p{Nd}_]/uy, this.#source, end)) this.#badNumber(end);
    if (text === '(' || text === ')') this.#depth += text === '(' ? 1 : -1;
    this.#tokens.push({ kind, text, at: start, spaced });
    this.#at = end;
  }

  #badCharacter(at: number): never {
    this.#at = at;
    throw new Unreadable(`bad character ${this.#characterHere()}`);
  }

  #badNumber(end: number): never {
    throw new Unreadable(`bad number syntax: ${JSON.stringify(this.#source.slice(this.#at, end + 1))}`);
  }

  #match(pattern: RegExp): string | undefined {
    return matchAt(pattern, this.#source, this.#at);
  }

  #add(kind: TokenKind, text: string): void {
    this.#tokens.push({ kind, text, at: this.#at, spaced: false });
  }

  /** As Go writes it: `U+0023 '#'`. */
  #characterHere(): string {
    const code = this.#source.codePointAt(this.#at) as number;
    const shown = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    return /[\p{L}\p{N}\p{P}\p{S} ]/u.test(String.fromCodePoint(code))
      ? `${shown} '${String.fromCodePoint(code)}'`
      : shown;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
