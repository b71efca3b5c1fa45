import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** All that a stream says until its end; nothing where there is no stream. */
export async function allText(stream: Readable | undefined): Promise<string> {
  return stream ? await text(stream) : '';
}

/** The first lines of a stream, or less where it ends before. What comes after them stays in the stream. */
export async function firstLines(stream: Readable, count: number): Promise<string> {
  let heard = '';
  while (heard.split('\n').length <= count && !stream.readableEnded) {
    const chunk: Buffer | null = stream.read();
    if (chunk) heard += chunk.toString();
    else await Promise.race([once(stream, 'readable'), once(stream, 'end')]);
  }
  return heard;
}
