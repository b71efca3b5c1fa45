// Lowlight would load all 190 grammars: 75 ms, more than node itself takes to start.
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';

/** What a piece of code is, as far as readers show it. */
export type CodeKind = 'keyword' | 'function' | 'type' | 'string' | 'number' | 'constant' | 'name' | 'comment';

/** A piece of a line of code; `kind` is absent where it is nothing special. */
export interface CodePart {
  text: string;
  kind?: CodeKind;
}

// The lessons need no more, and each grammar takes time to load.
for (const [name, grammar] of Object.entries({ bash, c, json, typescript }))
  highlighter.registerLanguage(name, grammar);
highlighter.registerAliases(['sh', 'shell', 'console'], { languageName: 'bash' });
highlighter.registerAliases(['ts', 'js', 'javascript'], { languageName: 'typescript' });

/** The lines of the code, in coloured parts; in plain ones where the language (`ts`, `sh`, `c`, `json`) is not known. */
export function highlight(code: string, language: string): CodePart[][] {
  if (!highlighter.getLanguage(language)) return splitLines([{ text: code }]);
  return splitLines(parseSpans(highlighter.highlight(code, { language, ignoreIllegals: true }).value));
}

const SPAN = /<span class="([^"]*)">|<\/span>|([^<]+)/g;

/** Highlight.js gives HTML, with spans in spans and the five characters escaped that HTML wants so. What stands in something takes its kind. */
function parseSpans(html: string): CodePart[] {
  const parts: CodePart[] = [];
  const around: (CodeKind | undefined)[] = [];
  for (const [, classes, text] of html.matchAll(SPAN)) {
    if (classes !== undefined) around.push(kindOf(classes, around.at(-1)));
    else if (text === undefined) around.pop();
    else parts.push(partOf(unescapeHtml(text), around.at(-1)));
  }
  return parts;
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

/** The more exact class stands behind: `hljs-title function_`. `${…}` in a string is code again. */
function kindOf(classes: string, around: CodeKind | undefined): CodeKind | undefined {
  const names = classes.split(' ').map((name) => name.replace('hljs-', ''));
  if (names.includes('subst')) return undefined;
  return names.map((name) => KINDS[name]).findLast((kind) => kind !== undefined) ?? around;
}

/** The kernel's constants are properties to a grammar: `k.MS_NOSUID`. */
function partOf(text: string, kind: CodeKind | undefined): CodePart {
  if (kind === undefined) return { text };
  return { text, kind: kind === 'name' && /^[A-Z][A-Z0-9_]+$/.test(text) ? 'constant' : kind };
}

const ESCAPED: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&amp;': '&' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (escaped) => ESCAPED[escaped] ?? escaped);
}

function splitLines(parts: readonly CodePart[]): CodePart[][] {
  const lines: CodePart[][] = [[]];
  for (const { text, kind } of parts) {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push({ text: piece, ...(kind && { kind }) });
    }
  }
  return lines;
}
