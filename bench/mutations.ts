import { parseAst } from 'rolldown/parseAst';

/** A careless change: what stands in a file from `start` to `end` becomes `text`. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A node of the syntax tree, as far as it matters here (ESTree). */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const OPPOSITE: Readonly<Record<string, string>> = {
  ...{ '===': '!==', '!==': '===', '<': '>=', '>': '<=', '<=': '>', '>=': '<' },
  ...{ '+': '-', '-': '+', '*': '/', '/': '*', '&&': '||', '||': '&&', '&': '|' },
};

/** Everything that a careless hand could do to a source, one at a time, in order of place. */
export function mutationsOf(source: string): Mutation[] {
  const found: Mutation[] = [];
  const visit = (node: Node): void => {
    if (node.type.startsWith('TS') || /^(Import|Export(All|Named)D.*From)/.test(node.type)) return;
    found.push(...(CHANGES[node.type]?.(node, source) ?? []));
    childrenOf(node).forEach(visit);
  };
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node);
  return found.sort((a, b) => a.start - b.start);
}

const CHANGES: Readonly<Record<string, (node: Node, source: string) => Mutation[]>> = {
  BinaryExpression: changeOperator,
  LogicalExpression: changeOperator,
  IfStatement: decide,
  ConditionalExpression: decide,
  WhileStatement: (node) => [instead(node.test as Node, 'false')],
  UnaryExpression: (node, source) =>
    node.operator === '!' ? [instead(node, textOf(node.argument as Node, source))] : [],
  ExpressionStatement: (node) => [instead(node, ';')],
  ThrowStatement: (node) => [instead(node, ';')],
  ArrayExpression: (node, source) => leaveOut(node.elements as Node[], source),
  ObjectExpression: (node, source) => leaveOut(node.properties as Node[], source),
  Literal: changeLiteral,
  FunctionDeclaration: returnEarly,
};

/** The opposite one; of flags, and of what has a default, each side alone. */
function changeOperator(node: Node, source: string): Mutation[] {
  const [left, right] = [node.left as Node, node.right as Node];
  const opposite = OPPOSITE[node.operator as string];
  if (opposite !== undefined) return [{ start: left.end, end: right.start, text: ` ${opposite} ` }];
  if (node.operator !== '|' && node.operator !== '??') return [];
  return [left, right].map((side) => instead(node, textOf(side, source)));
}

function decide(node: Node): Mutation[] {
  return ['true', 'false'].map((text) => instead(node.test as Node, text));
}

/** Each entry of a list or an object, with the comma behind it. */
function leaveOut(entries: readonly (Node | null)[], source: string): Mutation[] {
  return entries.flatMap((entry) => {
    if (!entry) return [];
    const comma = /^\s*,/.exec(source.slice(entry.end))?.[0].length ?? 0;
    return [{ start: entry.start, end: entry.end + comma, text: '' }];
  });
}

function changeLiteral(node: Node): Mutation[] {
  if (typeof node.value === 'boolean') return [instead(node, String(!node.value))];
  return typeof node.value === 'number' ? [instead(node, String(node.value + 1))] : [];
}

function returnEarly(node: Node): Mutation[] {
  const { start } = node.body as Node;
  return [{ start: start + 1, end: start + 1, text: ' return undefined;' }];
}

function instead({ start, end }: Node, text: string): Mutation {
  return { start, end, text };
}

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}

function childrenOf(node: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
  return Object.values(node).flat().filter(isNode);
}

/** The source with the change made. */
export function mutate(source: string, { start, end, text }: Mutation): string {
  return source.slice(0, start) + text + source.slice(end);
}

/** `12: if (a === b)  →  if (a !== b)`: the line, before and after. */
export function describeMutation(source: string, { start, end, text }: Mutation): string {
  const line = source.slice(0, start).split('\n').length;
  const short = (code: string) => (code.length > 90 ? `${code.slice(0, 87)}…` : code).replaceAll(/\s+/g, ' ');
  const around = (code: string) => `${source.slice(source.lastIndexOf('\n', start - 1) + 1, start)}${code}`.trim();
  return `${line}: ${short(around(source.slice(start, end)))}  →  ${short(around(text))}`;
}
