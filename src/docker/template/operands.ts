import { executionError, type Place, Refused, type TemplateError } from './errors.js';
import { SHORT_CIRCUITS } from './functions.js';
import type { Chain, Command, Field, Operand, Pipeline, Variable } from './nodes.js';
import type { Functions, Parameter, TemplateFunction } from './signature.js';
import { charactersOf, GoMap, isInt, isMethod, isString, isStruct, isTrue, type Text, typeName } from './values.js';

/** What comes through a pipe to the next command; nothing for the first. */
type Piped = readonly [] | readonly [unknown];

const NOTHING: Piped = [];

/** What a function or a method is given. Evaluated only once it is known to be one. */
interface Arguments {
  readonly operands: readonly Operand[];
  readonly dot: unknown;
  readonly piped: Piped;
}

/** What it takes. */
type Wanted = Pick<TemplateFunction, 'takes' | 'rest'> & { readonly name: string };

/** Evaluates what stands in actions, and keeps their variables. */
export class Operands {
  readonly #source: string;
  readonly #functions: Functions;
  /** The innermost last. */
  readonly #variables: { readonly name: string; value: unknown }[];

  constructor(source: string, functions: Functions, data: unknown) {
    this.#source = source;
    this.#functions = functions;
    this.#variables = [{ name: '$', value: data }];
  }

  /** Variables that are declared meanwhile are gone afterwards. */
  within<T>(work: () => T): T {
    const count = this.#variables.length;
    try {
      return work();
    } finally {
      this.#variables.length = count;
    }
  }

  /** Its value, which its variables have then, too. */
  pipeline(pipeline: Pipeline, dot: unknown): unknown {
    let piped = NOTHING;
    for (const command of pipeline.commands) piped = [this.#command(command, dot, piped)];
    for (const name of pipeline.variables) {
      if (pipeline.assigns) this.#variable(pipeline, name).value = piped[0];
      else this.#variables.push({ name, value: piped[0] });
    }
    return piped[0];
  }

  /** In a round of a `range`: one variable is the element, two are index and element. */
  setLoopVariables(pipeline: Pipeline, key: unknown, element: unknown): void {
    const values = pipeline.variables.length > 1 ? [key, element] : [element];
    for (const [i, name] of pipeline.variables.entries()) this.#variable(pipeline, name).value = values[i];
  }

  /** The parser knows all that are declared; in its own declaration a variable has no value yet. */
  #variable(place: Place, name: string): { value: unknown } {
    const found = this.#variables.findLast((one) => one.name === name);
    if (!found) throw this.#error(place, `undefined variable: ${name}`);
    return found;
  }

  #command(command: Command, dot: unknown, piped: Piped): unknown {
    const [first, ...operands] = command.operands;
    const given: Arguments = { operands, dot, piped };
    if (first.kind === 'name') return this.#function(command, given);
    if (first.kind === 'nil') throw this.#error(first, 'nil is not a command');
    if ('path' in first && first.path.length > 0) return this.#path(first, dot, given);
    if (count(given) > 0) throw this.#error(first, `can't give argument to non-function ${first.text}`);
    return this.#operand(first, dot);
  }

  #operand(operand: Operand, dot: unknown): unknown {
    switch (operand.kind) {
      case 'constant':
        return operand.value;
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'name':
        return this.#function({ ...operand, operands: [operand] }, { operands: [], dot, piped: NOTHING });
      case 'parenthesis':
        return this.pipeline(operand.pipeline, dot);
      default:
        return this.#path(operand, dot, { operands: [], dot, piped: NOTHING });
    }
  }

  /** Fields, the last of which may be a method with arguments. */
  #path(operand: Field | Variable | Chain, dot: unknown, given: Arguments): unknown {
    const none: Arguments = { operands: [], dot, piped: NOTHING };
    const last = operand.path.length - 1;
    return operand.path.reduce<unknown>(
      (value, name, i) => {
        const found = this.#field(operand, value, name);
        return this.#called(operand, { name, value, found }, i === last ? given : none);
      },
      this.#start(operand, dot),
    );
  }

  #start(operand: Field | Variable | Chain, dot: unknown): unknown {
    if (operand.kind === 'field') return dot;
    if (operand.kind === 'variable') return this.#variable(operand, operand.name).value;
    if (operand.of.kind === 'nil') throw this.#error(operand, `indirection through explicit nil in ${operand.text}`);
    return this.#operand(operand.of, dot);
  }

  /** What is missing in a map is no value; a struct has its fields and no others. */
  #field(place: Place, value: unknown, name: string): unknown {
    if (value === undefined) return undefined;
    if (value instanceof GoMap) return value.get(name);
    if (value === null) throw this.#error(place, `nil pointer evaluating interface {}.${name}`);
    if (!isStruct(value)) throw this.#error(place, `can't evaluate field ${name} in type ${typeName(value)}`);
    if (Object.hasOwn(value, name)) return value[name] ?? null;
    const there = Object.keys(value).join(', ');
    throw this.#error(place, `map has no entry for key ${JSON.stringify(name)}`, `There: ${there}`);
  }

  #called(place: Place, { name, value, found }: { name: string; value: unknown; found: unknown }, given: Arguments) {
    if (isMethod(found)) {
      const takes = Array.from({ length: found.length }, () => 'string' as const);
      const values = this.#values(place, { name, takes }, given) as (string | Text)[];
      return found.apply(value, values.map(charactersOf));
    }
    if (count(given) > 0) throw this.#error(place, `${name} is not a method but has arguments`);
    return found;
  }

  #function(command: Command, given: Arguments): unknown {
    const called = command.operands[0];
    const stopAt = SHORT_CIRCUITS[called.text];
    if (stopAt !== undefined) return this.#shortCircuit(called, stopAt, given);
    const wanted = this.#functions[called.text] as TemplateFunction;
    const values = this.#values(called, { name: called.text, ...wanted }, given);
    try {
      return wanted.call(...(values as never[]));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw this.#error(command, `error calling ${called.text}: ${error.message}`);
    }
  }

  /** The first argument that decides it, or the last one. */
  #shortCircuit(called: Place, stopAt: boolean, given: Arguments): unknown {
    this.#checkCount(called, { name: called.text, takes: ['any'], rest: 'any' }, given);
    let value: unknown;
    for (const operand of given.operands) {
      value = this.#operand(operand, given.dot);
      if (isTrue(value) === stopAt) return value;
    }
    return given.piped.length > 0 ? given.piped[0] : value;
  }

  /** What comes through the pipe is the last. */
  #values(called: Place, wanted: Wanted, given: Arguments): unknown[] {
    this.#checkCount(called, wanted, given);
    const { operands, dot, piped } = given;
    const typeOf = (i: number) => wanted.takes[i] ?? wanted.rest ?? 'any';
    const values = operands.map((one, i) => this.#checkType(one, typeOf(i), this.#operand(one, dot)));
    return [...values, ...piped.map((value) => this.#checkType(called, typeOf(operands.length), value))];
  }

  #checkCount(called: Place, { name, takes, rest }: Wanted, given: Arguments): void {
    const [want, got] = [takes.length, count(given)];
    if (rest ? got >= want : got === want) return;
    const wanted = rest ? `at least ${want}` : want;
    throw this.#error(called, `wrong number of args for ${name}: want ${wanted} got ${got}`);
  }

  #checkType(place: Place & { kind?: string }, wanted: Parameter, value: unknown): unknown {
    if (wanted === 'any' || (wanted === 'string' ? isString(value) : isInt(value))) return value;
    if (place.kind === 'constant') throw this.#error(place, `expected ${wanted}; found ${place.text}`);
    if (value === undefined || value === null) throw this.#error(place, `invalid value; expected ${wanted}`);
    throw this.#error(place, `wrong type for value; expected ${wanted}; got ${typeName(value)}`);
  }

  #error(place: Place, message: string, remedy?: string): TemplateError {
    return executionError(this.#source, place, message, remedy);
  }
}

function count({ operands, piped }: Arguments): number {
  return operands.length + piped.length;
}
