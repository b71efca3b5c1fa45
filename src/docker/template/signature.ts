/** A function of templates. Throws Refused for arguments of the right types that it cannot use. */
export interface TemplateFunction {
  /** The types of its arguments, in their order. */
  readonly takes: readonly Parameter[];
  /** The type of any that follow. */
  readonly rest?: Parameter;
  readonly call: (...values: never[]) => unknown;
}

export type Parameter = 'any' | 'string' | 'int';

export type Functions = Readonly<Record<string, TemplateFunction>>;
