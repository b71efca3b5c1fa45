import { readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';

/** The strings of a source file: `there is no lab *` for `there is no lab ${id}`. Without names of modules and types, and without bugs (`new Error`). */
export function textsIn(file: string): string[] {
  return textsBelow(parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }).body);
}

type Syntax = Readonly<Record<string, unknown>>;

function textsBelow(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsBelow);
  if (typeof node !== 'object' || node === null || isSilent(node as Syntax)) return [];
  const text = textOf(node as Syntax);
  return [...(text === undefined ? [] : [text]), ...Object.values(node).flatMap(textsBelow)];
}

/** Names of modules and types, and what bugs say. */
function isSilent({ type, callee }: Syntax): boolean {
  if (type === 'NewExpression') return (callee as Syntax).name === 'Error';
  return /^(Import|TS)/.test(String(type)) && type !== 'TSAsExpression' && type !== 'TSSatisfiesExpression';
}

function textOf({ type, value, quasis }: Syntax): string | undefined {
  if (type === 'Literal' && typeof value === 'string') return value;
  if (type !== 'TemplateLiteral') return undefined;
  return (quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked).join('*');
}
