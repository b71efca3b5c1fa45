import { setTimeout as pause } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { EXERCISES, type ExerciseEntry } from '../../../exercises/catalogue.js';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { CALLS } from '../../exercise/definition.js';
import { loadText } from '../../exercise/text.js';
import { readReport } from '../../state/practice-report.js';
import { type ExerciseSpec, factsHtml, renderExercise } from '../../view/html/exercise-page.js';
import { LANGUAGES } from '../../view/words/index.js';
import { BASE } from './lessons.js';

/** How often the report of the engine is looked at, in milliseconds: as often as the engine looks. */
const INTERVAL = 300;

/** The pages of exercises: the task, and what the kernel says while somebody works at a terminal. */
export function exercisePages(): Hono {
  const app = new Hono();
  app.get('/:language/exercises/:file{[\\w-]+\\.html}', sendPage);
  app.get('/:language/exercises/:id/facts', sendFacts);
  return app;
}

function sendPage(context: Context): Response | Promise<Response> {
  const spec = specOf(context, context.req.param('file')?.replace(/\.html$/, ''));
  return spec ? context.html(renderExercise(spec)) : context.notFound();
}

/** Sends the facts when they are others than before, for as long as somebody listens. */
function sendFacts(context: Context): Response | Promise<Response> {
  const id = context.req.param('id');
  if (!specOf(context, id)) return context.notFound();
  return streamSSE(context, async (out) => {
    for (let last = ''; !out.aborted && !out.closed; await pause(INTERVAL)) {
      const spec = specOf(context, id);
      const data = spec ? factsHtml(spec).text : last;
      if (data !== last) await out.writeSSE({ data });
      last = data;
    }
  });
}

function specOf(context: Context, id: string | undefined): ExerciseSpec | undefined {
  const language = context.req.param('language') ?? '';
  const entry = EXERCISES.find((one) => one.id === id);
  if (entry === undefined || !LANGUAGES.some((known) => known === language)) return undefined;
  const text = loadText(entry.id, language);
  return { id: entry.id, language, base: BASE, text, facts: factsOf(entry, [...text.facts.keys()]), ...placeOf(entry) };
}

function factsOf({ form }: ExerciseEntry, facts: readonly string[]): string[] {
  return form === 'list' ? [CALLS, ...facts] : [...facts];
}

function placeOf({ id }: ExerciseEntry): Pick<ExerciseSpec, 'lesson' | 'report'> {
  return { lesson: LESSON_IDS.find((one) => one.startsWith(id.slice(0, 3))) ?? 'index', report: readReport(id) };
}
