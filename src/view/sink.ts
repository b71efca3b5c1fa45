import { supportsColor } from 'chalk';
import type { Sink } from './view.js';

type Stream = NodeJS.WritableStream & { readonly columns?: number };

/** A stream that views write to; `color` false is `--no-color`. */
export function streamSink(stream: Stream, color = true, language = 'en'): Sink {
  // The error reaches the callback of write() too; without a listener it would end the process.
  if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  return {
    get columns() {
      return Math.max(stream.columns || Number(process.env.COLUMNS) || 80, 20);
    },
    color: colorLevel(process.env, color),
    unicode: showsUnicode(process.env),
    language,
    write: (text) => new Promise((resolve, reject) => stream.write(text, settle(resolve, reject))),
  };
}

const NOBODY_READS = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

/** Nobody reading is a way to end, not an error; a full disk is one, as the system says it (`ENOSPC: no space left on device`). */
function settle(resolve: (open: boolean) => void, reject: (error: Error) => void) {
  return (error?: NodeJS.ErrnoException | null) => {
    if (!error) resolve(true);
    else if (NOBODY_READS.includes(error.code ?? '')) resolve(false);
    else reject(error);
  };
}

/** How many colours to use; https://no-color.org: NO_COLOR counts when it is not empty. */
export function colorLevel(env: NodeJS.ProcessEnv, wanted: boolean): Sink['color'] {
  if (!wanted || env.NO_COLOR) return 0;
  return supportsColor ? supportsColor.level : 0;
}

/** Whether the locale is UTF-8, looked up as locale(7) says; the font of the Linux console has no block elements. */
export function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'C';
  return env.TERM !== 'linux' && /(?:^|\.)utf-?8(?:@|$)/i.test(locale);
}
