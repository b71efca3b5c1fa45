import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, Hono } from 'hono';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { loadProgress, noteSection } from '../../state/progress.js';
import { type LessonProgress, renderIndex } from '../../view/html/index-page.js';
import { ICON, styleSheet } from '../../view/html/style/index.js';
import { LANGUAGES } from '../../view/words/index.js';
import { built } from './built.js';
import { exercisePages } from './exercise-page.js';
import { BASE, lessonEntries } from './lessons.js';

/** The pages and what they load. `language`: of the reader who has not chosen one. */
export function pages(language: string): Hono {
  const app = new Hono();
  app.get('/', (context) => context.redirect(`${BASE}${isKnown(language) ? language : 'en'}/index.html`));
  app.get('/style.css', (context) => context.body(styleSheet(), 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/icon.svg', (context) => context.body(ICON, 200, { 'Content-Type': 'image/svg+xml' }));
  app.get('/:script{[a-z-]+\\.js}', sendScript);
  app.get('/:language/search.js', sendIndex);
  app.route('/', exercisePages());
  app.get('/:language/:file{.+\\.html}', sendPage);
  app.post('/read/:lesson/:section?', noteRead);
  return app;
}

function isKnown(language: string): boolean {
  return LANGUAGES.some((known) => known === language);
}

function sendScript(context: Context): Response | Promise<Response> {
  const script = readScript(context.req.param('script') ?? '');
  if (script === undefined) return context.notFound();
  return context.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
}

/** Loaded by those who search, and by nobody else: so are the parsers that it takes. */
async function sendIndex(context: Context): Promise<Response> {
  const language = context.req.param('language') ?? '';
  if (!isKnown(language)) return await context.notFound();
  const { searchIndex } = await import('../search-index.js');
  return context.body(searchIndex(language), 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
}

async function sendPage(context: Context): Promise<Response> {
  const { language = '', file = '' } = context.req.param();
  const id = file.replace(/\.html$/, '');
  if (!isKnown(language)) return await context.notFound();
  if (id === 'index') return context.html(renderList(language));
  if (id !== 'course' && !LESSON_IDS.includes(id)) return await context.notFound();
  // The list of lessons comes first, and needs none of this.
  const { renderLesson, renderWholeCourse } = await import('./lesson-page.js');
  if (id === 'course') return context.html(await renderWholeCourse({ language, base: BASE }));
  return context.html(await renderLesson(id, { language, base: BASE, run: 'live' }));
}

function renderList(language: string): string {
  return renderIndex({ language, base: BASE, lessons: lessonEntries(language), progress: progressOfAll() });
}

function progressOfAll(): Record<string, LessonProgress | undefined> {
  const { held, read } = loadProgress().progress;
  return Object.fromEntries(LESSON_IDS.map((id) => [id, held[id] ? 'held' : read[id] ? 'read' : undefined]));
}

/** The end of a lesson was in sight, or it was left at a section. That this could not be kept is no reason to disturb the reader. */
async function noteRead(context: Context): Promise<Response> {
  const { lesson = '', section } = context.req.param();
  if (!LESSON_IDS.includes(lesson) || !(await hasSection(lesson, section))) return await context.notFound();
  noteSection(lesson, section);
  return context.body(null, 204);
}

async function hasSection(lesson: string, section: string | undefined): Promise<boolean> {
  if (section === undefined) return true;
  const { loadLesson } = await import('../../lesson/lesson.js');
  return loadLesson(lesson, 'en').sections.some(({ id }) => id === section);
}

/** A script of the pages as the build made it; undefined where there is none of that name. */
function readScript(file: string): string | undefined {
  const folder = built('src/web/client');
  return readdirSync(folder).includes(file) ? readFileSync(join(folder, file), 'utf8') : undefined;
}
