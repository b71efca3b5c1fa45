import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';
import { createLowlight } from 'lowlight';

/** What a piece of code is, as far as readers show it. */
export type CodeKind = 'keyword' | 'function' | 'type' | 'string' | 'number' | 'constant' | 'name' | 'comment';

/** A piece of a line of code; `kind` is absent where it is nothing special. */
export interface CodePart {
  text: string;
  kind?: CodeKind;
}

type Tree = ReturnType<ReturnType<typeof createLowlight>['highlight']>;
type Node = Tree['children'][number];

// The lessons need no more, and each grammar takes time to load.
const GRAMMARS = { bash, c, json, typescript };
const lowlight = createLowlight(GRAMMARS);
lowlight.registerAlias({ bash: ['sh', 'shell', 'console'], typescript: ['ts', 'js', 'javascript'] });

/** The lines of the code, in coloured parts; in plain ones where the language (`ts`, `sh`, `c`, `json`) is not known. */
export function highlight(code: string, language: string): CodePart[][] {
  if (!lowlight.registered(language)) return splitLines([{ text: code }]);
  return splitLines(lowlight.highlight(language, code).children.flatMap((node) => partsOf(node)));
}

// Scopes of highlight.js, https://highlightjs.readthedocs.io/en/stable/css-classes-reference.html
const KINDS: Record<string, CodeKind> = {
  keyword: 'keyword',
  meta: 'keyword',
  built_in: 'function',
  function_: 'function',
  class_: 'type',
  type: 'type',
  string: 'string',
  regexp: 'string',
  number: 'number',
  literal: 'number',
  constant_: 'constant',
  attr: 'name',
  property: 'name',
  variable: 'name',
  comment: 'comment',
};

/** What stands in something takes its kind, but `${…}` in a string. */
function partsOf(node: Node, around?: CodeKind): CodePart[] {
  if (node.type === 'text') return [{ text: node.value, ...withKind(constantOr(node.value, around)) }];
  if (node.type !== 'element') return [];
  const names = classNames(node).map((name) => name.replace('hljs-', ''));
  const kind = names.includes('subst') ? undefined : (kindOf(names) ?? around);
  return node.children.flatMap((child) => partsOf(child, kind));
}

function classNames({ properties: { className } }: Extract<Node, { type: 'element' }>): string[] {
  return Array.isArray(className) ? className.map(String) : [];
}

/** The more exact name stands behind: `title function_`. */
function kindOf(names: readonly string[]): CodeKind | undefined {
  return names.map((name) => KINDS[name]).findLast((kind) => kind !== undefined);
}

/** The kernel's constants are properties to a grammar: `k.MS_NOSUID`. */
function constantOr(text: string, kind: CodeKind | undefined): CodeKind | undefined {
  return kind === 'name' && /^[A-Z][A-Z0-9_]+$/.test(text) ? 'constant' : kind;
}

function withKind(kind: CodeKind | undefined): Pick<CodePart, 'kind'> {
  return kind === undefined ? {} : { kind };
}

function splitLines(parts: readonly CodePart[]): CodePart[][] {
  const lines: CodePart[][] = [[]];
  for (const { text, kind } of parts) {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push({ text: piece, ...withKind(kind) });
    }
  }
  return lines;
}
