import type { RunMessage, RunRequest } from '../messages.js';
import { credentials } from './token.js';

/** Why a run cannot be followed: nobody answers, the connection broke in the middle, or the server does not know this page. */
export class Unreachable extends Error {
  constructor(readonly reason: 'unreachable' | 'gone' | 'locked') {
    super(reason);
  }
}

/** Asks for a run and gives what the server tells, as it comes. Throws Unreachable. Leaving the loop ends the run. */
export async function* requestRun(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunMessage, void> {
  const response = await ask('/runs', { body: JSON.stringify(request), signal });
  if (response.status === 403 || response.body === null) throw new Unreachable('locked');
  if (!response.ok) return yield (await response.json()) as RunMessage;
  let last: RunMessage | undefined;
  try {
    for await (const line of lines(response.body)) {
      last = JSON.parse(line) as RunMessage;
      yield last;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  if (last?.type !== 'ended' && last?.type !== 'refused') throw new Unreachable('gone');
}

/** Asks the server to end a run; its last messages come through the loop that follows it. */
export async function stopRun(run: string): Promise<void> {
  await ask(`/runs/${run}/stop`, {});
}

async function ask(path: string, rest: RequestInit): Promise<Response> {
  const language = document.documentElement.lang.slice(0, 2);
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': language, ...credentials() },
      ...rest,
    });
  } catch (error) {
    throw error instanceof TypeError ? new Unreachable('unreachable') : error;
  }
}

/** Whole lines of a stream of bytes; an unfinished one at its end is left out. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of readAll(body)) {
    const [first = '', ...more] = decoder.decode(bytes, { stream: true }).split('\n');
    const whole = [rest + first, ...more];
    rest = whole.pop() ?? '';
    yield* whole;
  }
}

/** Safari's streams cannot be iterated over yet. */
async function* readAll(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}
