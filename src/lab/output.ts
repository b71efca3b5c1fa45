import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Child } from '../kernel/process.js';

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

/** All that a process prints until it closes its ends of the pipes. */
export async function allOutput({ stdout, stderr }: Child): Promise<{ stdout: string; stderr: string }> {
  const read = (stream: Readable | undefined) => (stream ? text(stream) : '');
  const [out, err] = await Promise.all([read(stdout), read(stderr)]);
  return { stdout: out, stderr: err };
}
