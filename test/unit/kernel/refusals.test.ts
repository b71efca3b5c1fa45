import { describe, expect, it } from 'vitest';
import * as calls from '../../../src/kernel/calls/index.js';
import { O_RDONLY } from '../../../src/kernel/constants.js';
import { Arena } from '../../../src/kernel/list/arena.js';
import { start } from '../../../src/kernel/process.js';

/** All of this is refused before a child exists. */
describe('a list that the kernel would misread', () => {
  it.each<[string, () => unknown]>([
    ['a path', () => calls.mkdir('/tmp/a\0b', 0o755)],
    ['an argument', () => calls.execve('/bin/echo', ['echo', 'a\0b'], [])],
    ['the environment', () => calls.execve('/bin/echo', ['echo'], ['A=a\0b'])],
    ['mount data', () => calls.mount('tmpfs', '/tmp', 'tmpfs', 0, 'size=1m\0,mode=0')],
    ['a host name', () => calls.sethostname('a\0b')],
  ])('is refused for a NUL byte in %s', (_, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/contains a NUL byte, which ends a string for the kernel/);
  });

  it('may hold any text that execve and write take: only strings end with NUL', () => {
    expect(() => calls.write(1, 'a\0b')).not.toThrow();
  });

  it.each([
    ['host name', calls.sethostname],
    ['domain name', calls.setdomainname],
  ])('is refused for a %s over 64 bytes, counted in bytes', (what, make) => {
    expect(() => make('a'.repeat(64))).not.toThrow();
    expect(() => make('a'.repeat(65))).toThrow(
      `the ${what} "${'a'.repeat(65)}" has 65 bytes; the kernel keeps at most 64`,
    );
    expect(() => make('é'.repeat(33))).toThrow('has 66 bytes');
  });

  it('is refused over 10,000 calls', () => {
    const many = Array.from({ length: 10_001 }, () => calls.getpid());
    expect(() => new Arena(many)).toThrow(RangeError);
    expect(() => new Arena(many)).toThrow('at most 10000 calls, and this one has 10001');
    expect(() => new Arena(many.slice(1))).not.toThrow();
  });

  it('is refused where its arguments take too much memory', () => {
    const big = calls.symlink('x'.repeat(17 * 2 ** 20), '/x');
    expect(() => new Arena([big])).toThrow(RangeError);
    expect(() => new Arena([big])).toThrow(/may take 16777216 bytes, and these take 178\d{5}/);
  });

  it.each<[string, (opened: ReturnType<typeof calls.open>) => unknown[]]>([
    ['comes later', (opened) => [calls.close(opened), opened]],
    ['is not in the list', (opened) => [calls.close(opened)]],
  ])('is refused where it uses the result of a call that %s', (_, list) => {
    const opened = calls.open('/', O_RDONLY);
    expect(() => new Arena(list(opened) as never)).toThrow(RangeError);
    expect(() => new Arena(list(opened) as never)).toThrow(
      'close uses the result of openat, which is not earlier in the list',
    );
  });

  it.each([
    ['is empty', []],
    ['ends with something else', [calls.getpid()]],
  ])('is refused where it %s', (_, list) => {
    expect(() => start({ calls: list })).toThrow('a list of calls ends with execve or exit_group');
  });
});
