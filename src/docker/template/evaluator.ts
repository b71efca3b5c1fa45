import { executionError, type Place, type TemplateError } from './errors.js';
import type { BranchNode, Node, Pipeline } from './nodes.js';
import { Operands } from './operands.js';
import { showValue } from './print.js';
import type { Functions } from './signature.js';
import { GoMap, isInt, isList, isMethod, isTrue } from './values.js';

/** Thrown by `break` and `continue` up to their `range`. */
class Jump {
  constructor(readonly kind: 'break' | 'continue') {}
}

/** Walks the nodes of a template with data. Source: text/template/exec.go. */
export class Evaluator {
  readonly #operands: Operands;
  readonly #source: string;
  readonly #data: unknown;
  #text = '';

  constructor(source: string, functions: Functions, data: unknown) {
    this.#source = source;
    this.#operands = new Operands(source, functions, data);
    this.#data = data;
  }

  run(nodes: readonly Node[]): string {
    this.#walk(nodes, this.#data);
    return this.#text;
  }

  #walk(nodes: readonly Node[], dot: unknown): void {
    for (const node of nodes) this.#node(node, dot);
  }

  #node(node: Node, dot: unknown): void {
    if (node.kind === 'text') this.#text += node.text;
    else if (node.kind === 'action') this.#action(node.pipeline, dot);
    else if ('pipeline' in node) this.#operands.within(() => this.#branch(node, dot));
    else throw new Jump(node.kind);
  }

  #action(pipeline: Pipeline, dot: unknown): void {
    const value = this.#operands.pipeline(pipeline, dot);
    if (pipeline.variables.length > 0) return;
    if (isMethod(value)) throw this.#error(pipeline, `can't print ${pipeline.text} of type func`);
    this.#text += value === undefined ? '<no value>' : showValue(value);
  }

  #branch(node: BranchNode, dot: unknown): void {
    const value = this.#operands.pipeline(node.pipeline, dot);
    if (node.kind === 'range') this.#range(node, dot, value);
    else if (isTrue(value)) this.#walk(node.body, node.kind === 'with' ? value : dot);
    else this.#walk(node.otherwise, dot);
  }

  #range(node: BranchNode, dot: unknown, value: unknown): void {
    let isEmpty = true;
    for (const [key, element] of this.#elements(node, value)) {
      isEmpty = false;
      if (this.#round(node, key, element) === 'break') break;
    }
    if (isEmpty) this.#walk(node.otherwise, dot);
  }

  /** Indexes or keys, and values. */
  #elements({ pipeline }: BranchNode, value: unknown): Iterable<readonly [unknown, unknown]> {
    if (isList(value)) return value.entries();
    if (value instanceof GoMap) return value;
    if (value === undefined || value === null) return [];
    if (!isInt(value)) throw this.#error(pipeline, `range can't iterate over ${showValue(value)}`);
    if (pipeline.variables.length > 1)
      throw this.#error(pipeline, `can't use ${value} to iterate over more than one variable`);
    return upTo(value);
  }

  #round({ pipeline, body }: BranchNode, key: unknown, element: unknown): 'break' | 'continue' {
    return this.#operands.within(() => {
      this.#operands.setLoopVariables(pipeline, key, element);
      try {
        this.#walk(body, element);
      } catch (jump) {
        if (!(jump instanceof Jump)) throw jump;
        return jump.kind;
      }
      return 'continue';
    });
  }

  #error(place: Place, message: string): TemplateError {
    return executionError(this.#source, place, message);
  }
}

/** `{{range 3}}` is 0, 1 and 2. */
function* upTo(count: number): Iterable<readonly [number, number]> {
  for (let i = 0; i < count; i++) yield [i, i];
}
