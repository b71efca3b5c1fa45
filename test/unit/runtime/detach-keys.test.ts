import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parseDetachKeys, watchForDetach } from '../../../src/container/terminal/detach-keys.js';

const type = (...keys: string[]) => typeAt(parseDetachKeys(), ...keys);

async function typeAt(wanted: Buffer, ...keys: string[]) {
  const watched = watchForDetach(wanted);
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

describe('--detach-keys', () => {
  it.each([
    ['ctrl-p,ctrl-q', [16, 17]],
    ['', [16, 17]],
    ['a', [97]],
    ['ctrl-@,ctrl-a,ctrl-z,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', [0, 1, 26, 27, 28, 29, 30, 31]],
    ['a,b,DEL', [97, 98, 127]],
  ])('%j is %j', (text, codes) => {
    expect([...parseDetachKeys(text)]).toEqual(codes);
  });

  it.each(['ctrl-A', 'ctrl-1', 'ctrl-', 'ab', 'a,', ',', 'é', 'del', 'a b'])('refuses %j, as docker does', (text) => {
    expect(() => parseDetachKeys(text)).toThrow(`Invalid detach keys (${text}) provided`);
  });

  it('finds the keys behind others that began like them', async () => {
    const wanted = parseDetachKeys('a,a,b');
    expect(await typeAt(wanted, 'xa', 'a', 'a', 'b')).toEqual({ typed: 'xa', detached: true });
    expect(await typeAt(wanted, 'xa', 'a', 'c')).toEqual({ typed: 'xaac', detached: false });
  });

  it('passes on what was held back when the input ends', async () => {
    expect(await type('ls\x10')).toEqual({ typed: 'ls\x10', detached: false });
  });
});
