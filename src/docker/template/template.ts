/**
 * Go's text/template as docker has it for `--format`, of which nothing is loaded without that option.
 *
 *     text ─ lexer ─▶ tokens ─ parser, pipelines ─▶ nodes ─ evaluator ─▶ text
 *                                                         functions: collections, comparisons, print, printf, docker-functions
 *
 * Left out, since a line of `--format` does not need them: `define`, `template` and `block`, `call`, `html`, `js`, `urlquery`,
 * complex numbers. Differences from Go: a container's control characters are written out, where they are shown.
 */
import { HEADING_FUNCTIONS } from './docker-functions.js';
import { TemplateError } from './errors.js';
import { Evaluator } from './evaluator.js';
import { FUNCTIONS } from './functions.js';
import { parseTemplate } from './parser.js';
import type { Functions } from './signature.js';

/** A template that has been read. */
export interface Template {
  /** Its text for these data. Throws TemplateError. */
  readonly render: (data: unknown) => string;
  /** The same for the headings of a table, which no function changes; empty where it cannot be rendered. */
  readonly renderHeadings: (headings: unknown) => string;
}

/** Throws TemplateError for what cannot be read. */
export function compileTemplate(source: string): Template {
  const nodes = bounded(() => parseTemplate(source));
  const renderer = (functions: Functions) => (data: unknown) =>
    bounded(() => new Evaluator(source, functions, data).run(nodes));
  const renderHeadings = renderer(FUNCTIONS_OF_HEADINGS);
  return { render: renderer(FUNCTIONS), renderHeadings: (headings) => orNothing(() => renderHeadings(headings)) };
}

/** JavaScript's stack and its strings have ends. */
function bounded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError(`too deep or too long: ${error.message}`);
    throw error;
  }
}

const FUNCTIONS_OF_HEADINGS = { ...FUNCTIONS, ...HEADING_FUNCTIONS };

/** What is meant for rows need not work with headings: `{{range split .Ports ","}}`. */
function orNothing(render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) return '';
    throw error;
  }
}
