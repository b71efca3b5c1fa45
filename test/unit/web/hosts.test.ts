import { describe, expect, it } from 'vitest';
import { parseHosts, shownName } from '../../../src/web/server/hosts.js';

describe('where a server listens', () => {
  it.each<[string[], string, string[], string]>([
    [[], '127.0.0.1', ['127.0.0.1', 'localhost'], '127.0.0.1'],
    [['0.0.0.0'], '0.0.0.0', ['127.0.0.1', 'localhost'], '127.0.0.1'],
    [['::'], '::', ['127.0.0.1', 'localhost'], '127.0.0.1'],
    [['::1'], '::1', ['127.0.0.1', 'localhost', '[::1]'], '[::1]'],
    [['192.168.1.5'], '192.168.1.5', ['127.0.0.1', 'localhost', '192.168.1.5'], '192.168.1.5'],
    [['0.0.0.0', 'Lab.example'], '0.0.0.0', ['127.0.0.1', 'localhost', 'lab.example'], '127.0.0.1'],
    [['localhost'], 'localhost', ['127.0.0.1', 'localhost'], 'localhost'],
  ])('is told by --host %o', (given, address, names, shown) => {
    const hosts = parseHosts(given);
    expect(hosts).toEqual({ address, names });
    expect(shownName(hosts)).toBe(shown);
  });

  it.each(['', ' ', 'a b', 'x:80', 'http://x', '-x', 'x/y', '[::1]', '*'])('cannot be "%s"', (host) => {
    expect(() => parseHosts([host])).toThrow(/no address and no name/);
  });
});
