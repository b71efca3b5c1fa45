import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';
import { UserError } from '../../kernel/errors/user-error.js';
import { said } from '../../terminal/said.js';
import { visible } from '../../view/text/visible.js';
import { wordsIn } from '../../view/words/index.js';
import type { Refused } from '../messages.js';
import type { Access } from './access.js';
import { guard } from './guard.js';
import { keepNothing, protectPages } from './headers.js';
import { languageOf } from './language.js';
import { pages } from './pages.js';
import { brokenPage, missingPage, turnedAway } from './plain-page.js';
import { parseRunRequest } from './run-request.js';
import type { Runs } from './runs.js';

export type App = Hono<{ Bindings: HttpBindings }>;

/** Bytes: a request is much smaller. */
const LARGEST_BODY = 16 * 1024;

/** All that the server answers, and to whom. `language`: of the reader, unless the address says otherwise. */
export function createApp(access: Access, runs: Runs, language: string): App {
  const app: App = new Hono();
  app.use(
    protectPages,
    keepNothing,
    guard(access, (context, refusal) => turnedAway(context, refusal, { language, names: access.names })),
  );
  app.post('/runs', bodyLimit({ maxSize: LARGEST_BODY, onError: refuseBody }), (context) =>
    startRun(context, runs, language),
  );
  app.post('/runs/:id/stop', (context) => context.body(null, runs.end(context.req.param('id')) ? 204 : 404));
  app.route('/', pages(language));
  app.notFound((context) => missingPage(context, language));
  return app.onError((error, context) => tellError(error, context, language));
}

function refuseBody(): never {
  throw new UserError(`the request is larger than ${LARGEST_BODY} bytes`, 2, 'A request to run a lab is much smaller.');
}

/** The answer is the run itself, for as long as it goes on; it ends with the connection. */
async function startRun(context: Context, runs: Runs, language: string): Promise<Response> {
  const run = runs.open(await parseRunRequest(await readJson(context)));
  context.header('Content-Type', 'application/x-ndjson');
  return stream(context, async (out) => {
    out.onAbort(() => run.end());
    try {
      for await (const message of runs.follow(run))
        await Promise.race([out.write(`${JSON.stringify(message)}\n`), run.ending]);
    } catch (error) {
      tellBug(error);
      await out.write(`${JSON.stringify(refused(error, languageOf(context, language)))}\n`);
    }
  });
}

async function readJson(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new UserError('the request is not JSON', 2, 'Send {"lab": "01-pid-namespace", "language": "en"}.');
  }
}

/** A reader's mistake, or what a bug of ours says of itself. A page for who wants a page. */
function tellError(error: Error, context: Context, language: string): Response {
  tellBug(error);
  if (context.req.method === 'GET') return brokenPage(context, language, error.message);
  return context.json(refused(error, languageOf(context, language)), error instanceof UserError ? 400 : 500);
}

/** The terminal shows where the bug is. */
function tellBug(error: unknown): void {
  if (error instanceof UserError) return;
  const stack = error instanceof Error ? error.stack : String(error);
  const message = said('this is a bug in tslab. Please report it, with these lines:');
  process.stderr.write(`tslab: ${message}\n${visible(`${stack}`)}\n`);
}

/** In the language of the page that has asked. */
function refused(error: unknown, language: string): Refused {
  const { said } = wordsIn(language);
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof UserError ? error.remedy : undefined;
  return { type: 'refused', message: said(message), ...(remedy === undefined ? {} : { remedy: said(remedy) }) };
}
