/** Variables in words of an instruction. Source: Dockerfile reference, "Environment replacement"; moby/buildkit, shell/lex.go. */

/** The value of a name; undefined where it has none. */
export type LookUp = (name: string) => string | undefined;

/** How a word is read. */
export interface Expansion {
  readonly lookUp: LookUp;
  readonly mark: string;
  /** In a here-document quotes are characters as others. */
  readonly keepsQuotes?: boolean;
}

/** Puts in variables, and takes quotes and escapes away. Throws Error, whose message says what is wrong with the word. */
export function expandWord(word: string, expansion: Expansion): string {
  return new Reader(word, expansion).read();
}

class Reader {
  readonly #text: string;
  readonly #expansion: Expansion;
  #at = 0;

  constructor(text: string, expansion: Expansion) {
    this.#text = text;
    this.#expansion = expansion;
  }

  read(): string {
    let result = '';
    while (this.#at < this.#text.length) result += this.#next();
    return result;
  }

  #next(): string {
    const char = this.#take();
    if (!this.#expansion.keepsQuotes && char === "'") return this.#single();
    if (!this.#expansion.keepsQuotes && char === '"') return this.#double();
    if (char === '$') return this.#variable();
    return char === this.#expansion.mark ? this.#take() : char;
  }

  #take(): string {
    return this.#text[this.#at++] ?? '';
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw new Error('unexpected end of statement while looking for matching single-quote');
    const inside = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return inside;
  }

  #double(): string {
    let result = '';
    for (let char = this.#take(); char !== '"'; char = this.#take()) {
      if (char === '') throw new Error('unexpected end of statement while looking for matching double-quote');
      const { mark } = this.#expansion;
      const isEscaped = char === mark && ['"', '$', mark].includes(this.#text[this.#at] ?? '');
      result += isEscaped ? this.#take() : char === '$' ? this.#variable() : char;
    }
    return result;
  }

  /** Behind the `$`. */
  #variable(): string {
    if (this.#text[this.#at] === '{') return this.#braced();
    const [name = ''] = /^([A-Za-z_]\w*|[0-9@*#?!$-])/.exec(this.#text.slice(this.#at)) ?? [];
    if (name === '') return '$';
    this.#at += name.length;
    return this.#expansion.lookUp(name) ?? '';
  }

  #braced(): string {
    const inside = this.#insideBraces();
    const [, name = '', operator = '', word = ''] = /^(\w+)(:?[-+?])?([\s\S]*)$/.exec(inside) ?? [];
    if (name === '' || (operator === '' && word !== ''))
      throw new Error(`unsupported modifier in substitution \${${inside}}: there are :-, :+ and :?`);
    const value = this.#expansion.lookUp(name);
    const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    const other = () => expandWord(word, this.#expansion);
    if (operator.endsWith('+')) return isSet ? other() : '';
    if (operator === '' || isSet) return value ?? '';
    if (operator.endsWith('-')) return other();
    throw new Error(`${name}: ${other() || 'is not set'}`);
  }

  /** Up to the brace that closes it; there may be others inside. */
  #insideBraces(): string {
    const start = this.#at + 1;
    for (let depth = 0; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === this.#expansion.mark) this.#at++;
      else if (char === '{') depth++;
      else if (char === '}' && --depth === 0) return this.#text.slice(start, this.#at++);
    }
    throw new Error('syntax error: missing }');
  }
}
