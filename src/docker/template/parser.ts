import { lineOf, parseError, type TemplateError } from './errors.js';
import { type Token, tokenize } from './lexer.js';
import type { BranchNode, Node } from './nodes.js';
import { PipelineParser } from './pipelines.js';

/** The tree of a template. Throws TemplateError as Go words it. Source: text/template/parse/parse.go. */
export function parseTemplate(source: string): readonly Node[] {
  return new Parser(source).whole();
}

/** What ends a list of nodes. */
type Ending = 'end' | 'else';

const BRANCHES: ReadonlySet<string> = new Set(['if', 'with', 'range']);

class Parser {
  readonly #source: string;
  readonly #words: PipelineParser;
  /** `range` around this place: `break` and `continue` need one. */
  #ranges = 0;

  constructor(source: string) {
    this.#source = source;
    this.#words = new PipelineParser(source, tokenize(source));
  }

  whole(): readonly Node[] {
    const nodes: Node[] = [];
    while (this.#words.peek().kind !== 'end') {
      const node = this.#node();
      if (typeof node === 'string') throw this.#error(`unexpected {{${node}}}`);
      nodes.push(node);
    }
    return nodes;
  }

  /** Nodes up to `{{end}}` or `{{else`, of which the first word is read. */
  #list(): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    while (this.#words.peek().kind !== 'end') {
      const node = this.#node();
      if (typeof node === 'string') return { nodes, ending: node };
      nodes.push(node);
    }
    throw this.#error('unexpected EOF');
  }

  #node(): Node | Ending {
    const token = this.#words.next();
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind !== 'open') throw this.#words.unexpected(token, 'input');
    const word = this.#words.peek();
    if (word.kind !== 'word') return this.#action();
    if (BRANCHES.has(word.text)) return this.#branch(this.#words.next());
    return this.#keyword(word) ?? this.#action();
  }

  #keyword({ text }: Token): Node | Ending | undefined {
    if (text === 'end' || text === 'else') {
      this.#words.next();
      if (text === 'end') this.#words.close('end');
      // What follows an `else` is up to the branch; where there is none, that is told first.
      return text;
    }
    return text === 'break' || text === 'continue' ? this.#jump(text) : undefined;
  }

  #jump(kind: 'break' | 'continue'): Node {
    this.#words.next();
    if (this.#words.peek().kind !== 'close') throw this.#words.unexpected(this.#words.next(), `{{${kind}}}`);
    this.#words.next();
    if (this.#ranges === 0) throw this.#error(`{{${kind}}} outside {{range}}`);
    return { kind };
  }

  #action(): Node {
    return { kind: 'action', pipeline: this.#words.pipeline('command', 'close') };
  }

  /** The variables that it declares end with it. */
  #branch({ text: kind, at }: Token): BranchNode {
    const declared = this.#words.variables.length;
    const pipeline = this.#words.pipeline(kind, 'close');
    this.#ranges += kind === 'range' ? 1 : 0;
    const { nodes: body, ending } = this.#list();
    this.#ranges -= kind === 'range' ? 1 : 0;
    const otherwise = ending === 'else' ? this.#otherwise(kind) : [];
    this.#words.variables.length = declared;
    const text = `{{${kind} ${pipeline.text}}}`;
    return { kind: kind as BranchNode['kind'], pipeline, body, otherwise, at, text };
  }

  /** `else if` and `else with` have no `end` of their own. */
  #otherwise(kind: string): readonly Node[] {
    const word = this.#words.peek();
    if (word.kind === 'word' && word.text === kind && kind !== 'range') return [this.#branch(this.#words.next())];
    this.#words.close('else');
    const { nodes, ending } = this.#list();
    if (ending === 'else') throw this.#error('expected end; found {{else}}');
    return nodes;
  }

  #error(message: string): TemplateError {
    return parseError(lineOf(this.#source, this.#words.last.at), message);
  }
}
