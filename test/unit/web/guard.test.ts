import { describe, expect, it } from 'vitest';
import { judgeOrigin } from '../../../src/web/server/guard.js';

const PORT = 8765;

describe('a request', () => {
  it.each(['127.0.0.1:8765', 'localhost:8765'])('may call this machine %s', (host) => {
    expect(judge('GET', { host })).toBeUndefined();
  });

  it.each([
    'evil.example:8765',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:80',
    'localhost:8765.evil.example',
    '127.0.0.1.evil.example:8765',
    '[::1]:8765',
    '0.0.0.0:8765',
    '',
  ])('may not call it "%s": that may be a name that somebody has pointed here', (host) => {
    expect(judge('GET', { host })).toBe('host');
    expect(judge('POST', { host, origin: `http://${host}` })).toBe('host');
  });

  it('without a name is turned away', () => {
    expect(judge('GET', {})).toBe('host');
  });
});

describe('a request that changes something', () => {
  it.each(['http://127.0.0.1:8765', 'http://localhost:8765'])('may come from a page of ours: %s', (origin) => {
    expect(judge('POST', { host: '127.0.0.1:8765', origin })).toBeUndefined();
  });

  it.each([
    'http://127.0.0.1:9999',
    'http://localhost',
    'https://127.0.0.1:8765',
    'http://evil.example:8765',
    'http://127.0.0.1:8765.evil.example',
    'null',
    '',
  ])('may not come from a page of "%s"', (origin) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect([method, judge(method, { host: '127.0.0.1:8765', origin })]).toEqual([method, 'origin']);
  });

  it('must say where it comes from', () => {
    expect(judge('POST', { host: '127.0.0.1:8765' })).toBe('origin');
  });
});

function judge(method: string, headers: Record<string, string>) {
  return judgeOrigin({ method, headers: new Headers(headers) }, PORT);
}
