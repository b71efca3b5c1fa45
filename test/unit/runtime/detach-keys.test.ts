import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { watchForDetach } from '../../../src/container/terminal/detach-keys.js';

async function type(...keys: string[]) {
  const watched = watchForDetach();
  let detached = false;
  once(watched, 'detach').then(() => {
    detached = true;
  });
  for (const key of keys) watched.write(key);
  watched.end();
  return { typed: await text(watched), detached };
}

describe('Ctrl-P Ctrl-Q', () => {
  it('detaches, and is not typed', async () => {
    expect(await type('ls\r\x10\x11')).toEqual({ typed: 'ls\r', detached: true });
  });

  it('may come in two pieces', async () => {
    expect(await type('ls\r\x10', '\x11')).toEqual({ typed: 'ls\r', detached: true });
  });

  it('lets a Ctrl-P alone through, with the next key', async () => {
    expect(await type('\x10', 'a')).toEqual({ typed: '\x10a', detached: false });
    expect(await type('\x10\x10', 'a')).toEqual({ typed: '\x10\x10a', detached: false });
  });

  it('is nothing in the other order', async () => {
    expect(await type('\x11\x10x')).toEqual({ typed: '\x11\x10x', detached: false });
  });
});
