import { describe, expect, it } from 'vitest';
import { NobodyListens, stream, type Tell } from '../../../src/lab/stream.js';

/** Work that tells 1, 2, 3 and notes how far it has come. */
function counting(done: string[], end: () => Promise<void> = async () => {}) {
  return async (tell: Tell<number>) => {
    try {
      for (const n of [1, 2, 3]) {
        done.push(`tells ${n}`);
        await tell(n);
      }
    } finally {
      done.push('unwinds');
      await end();
    }
  };
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe('a stream of what work tells', () => {
  it('has its events in order, and ends with the work', async () => {
    expect(await all(stream(counting([])))).toEqual([1, 2, 3]);
  });

  it('begins when the first event is asked for, and goes on when the next is', async () => {
    const done: string[] = [];
    const events = stream(counting(done));
    await new Promise(setImmediate);
    expect(done).toEqual([]);
    await events.next();
    await new Promise(setImmediate);
    expect(done).toEqual(['tells 1']);
    await events.next();
    expect(done).toEqual(['tells 1', 'tells 2']);
    await events.return();
  });

  it('unwinds the work where nobody listens any more, and waits for that', async () => {
    const done: string[] = [];
    const later = () => new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void done.push('is over'));
    for await (const _ of stream(counting(done, later))) break;
    expect(done).toEqual(['tells 1', 'unwinds', 'is over']);
  });

  it('throws what the work throws, after what it has told', async () => {
    const events = stream<number>(async (tell) => {
      await tell(1);
      throw new RangeError('a bug');
    });
    expect(await events.next()).toEqual({ value: 1, done: false });
    await expect(events.next()).rejects.toThrow('a bug');
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  it('throws what goes wrong while the work unwinds', async () => {
    const events = stream(counting([], () => Promise.reject(new RangeError('cannot be undone'))));
    await events.next();
    await expect(events.return()).rejects.toThrow('cannot be undone');
  });

  it('ends where the work ends itself when nobody listens', async () => {
    const heard: unknown[] = [];
    const events = stream<number>(async (tell) => {
      await tell(1).catch((error) => heard.push(error));
      await tell(2).catch((error) => heard.push(error));
    });
    await events.next();
    await events.return();
    expect(heard).toEqual([expect.any(NobodyListens), expect.any(NobodyListens)]);
  });

  it('refuses an event that is told beside another: somebody has forgotten to await', async () => {
    const events = stream<number>(async (tell) => {
      tell(1).catch(() => {});
      await tell(2);
    });
    expect(await events.next()).toEqual({ value: 1, done: false });
    await expect(events.next()).rejects.toThrow('an await is missing');
  });
});
