import type { Place } from './errors.js';

/** A template as a tree. Each node knows its {@link Place} where an error can name it. */
export type Node = TextNode | ActionNode | BranchNode | JumpNode;

export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
}

/** `{{.Name}}`, or `{{$x := .Name}}`, which prints nothing. */
export interface ActionNode {
  readonly kind: 'action';
  readonly pipeline: Pipeline;
}

/** `if`, `with` or `range`, up to its `end`. `else if` is an `if` alone in `otherwise`. */
export interface BranchNode extends Place {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** Both only within `range`. */
export interface JumpNode {
  readonly kind: 'break' | 'continue';
}

/** Commands, each of which has what the one before came to as its last argument. */
export interface Pipeline extends Place {
  /** Names with their `$`: two of them only in `range $i, $v := …`. */
  readonly variables: readonly string[];
  /** `=`, not `:=`: they exist. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A function or a method with its arguments, or one operand. */
export interface Command extends Place {
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand = Constant | Dot | Nil | Name | Variable | Field | Chain | Parenthesis;

export interface Constant extends Place {
  readonly kind: 'constant';
  readonly value: unknown;
}

export interface Dot extends Place {
  readonly kind: 'dot';
}

export interface Nil extends Place {
  readonly kind: 'nil';
}

/** Of a function. */
export interface Name extends Place {
  readonly kind: 'name';
}

/** `$x`, `$x.Field` */
export interface Variable extends Place {
  readonly kind: 'variable';
  readonly name: string;
  readonly path: readonly string[];
}

/** `.A.B` */
export interface Field extends Place {
  readonly kind: 'field';
  readonly path: readonly string[];
}

/** `(index .A 0).B` */
export interface Chain extends Place {
  readonly kind: 'chain';
  readonly of: Operand;
  readonly path: readonly string[];
}

export interface Parenthesis extends Place {
  readonly kind: 'parenthesis';
  readonly pipeline: Pipeline;
}
