import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../../src/image/manifest.js';
import { parseFaults, secondsOf } from '../../../src/image/registry/answers.js';
import { parseChallenges } from '../../../src/image/registry/challenges.js';
import { dropCredentials, findCredentials, keepCredentials } from '../../../src/image/registry/credentials.js';
import { unreachable } from '../../../src/image/registry/errors.js';
import { isLoopback } from '../../../src/image/registry/hosts.js';
import { proxyFor } from '../../../src/image/registry/proxies.js';
import { schemesOf, trustFor } from '../../../src/image/registry/trust.js';
import { chooseManifest, parsePlatform } from '../../../src/image/transfer/platform.js';

let here = '';
const before = { ...process.env };
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-registry-'));
  process.env.DOCKER_CONFIG = here;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(here, { recursive: true });
});

describe('the header WWW-Authenticate', () => {
  it.each([
    ['Basic realm="a"', [{ scheme: 'basic', parameters: { realm: 'a' } }]],
    [
      'Bearer realm="https://a.b/token",service="x, y",scope="repository:a:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: { realm: 'https://a.b/token', service: 'x, y', scope: 'repository:a:pull,push' },
        },
      ],
    ],
    [
      'Bearer realm="t" , Basic Realm=plain',
      [
        { scheme: 'bearer', parameters: { realm: 't' } },
        { scheme: 'basic', parameters: { realm: 'plain' } },
      ],
    ],
    [
      'Negotiate, Basic realm = "a \\"quoted\\" one"',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'a "quoted" one' } },
      ],
    ],
    [
      'Negotiate YII=, Basic realm="a"',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'a' } },
      ],
    ],
    ['', []],
    ['"', []],
  ])('%s is read', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });
});

describe('an answer', () => {
  it('says when to ask again, in seconds or as a date', () => {
    const now = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');
    expect(secondsOf('7', now)).toBe(7);
    expect(secondsOf('Sun, 06 Nov 1994 08:49:40 GMT', now)).toBe(3);
    expect(secondsOf('Sun, 06 Nov 1994 08:00:00 GMT', now)).toBe(0);
    expect([secondsOf('soon', now), secondsOf(undefined, now)]).toEqual([undefined, undefined]);
  });

  it('has faults, or words of a server in between', () => {
    const json = { errors: [{ code: 'DENIED', message: null, detail: {} }] };
    expect(parseFaults(Buffer.from(JSON.stringify(json)))).toEqual([{ code: 'DENIED', message: '' }]);
    for (const body of ['<html>', '{}', '{"errors":[]}', '']) expect(parseFaults(Buffer.from(body))).toEqual([]);
  });
});

describe('a proxy', () => {
  const proxy = 'http://proxy:3128/';
  const all = { HTTPS_PROXY: proxy, http_proxy: 'other:8080' };

  it.each([
    ['https://docker.io/v2/', '', proxy],
    ['http://docker.io/v2/', '', 'http://other:8080/'],
    ['https://127.0.0.1:5000/', '', undefined],
    ['https://localhost/', '', undefined],
    ['https://[::1]:5000/', '', undefined],
    ['https://a.example.com/', 'example.com', undefined],
    ['https://example.com/', 'example.com', undefined],
    ['https://badexample.com/', 'example.com', proxy],
    ['https://example.com/', '.example.com', proxy],
    ['https://a.example.com/', ' .example.com ,x', undefined],
    ['https://a.example.com/', '*.example.com', undefined],
    ['https://example.com/', '*', undefined],
    ['https://example.com:5000/', 'example.com:5000', undefined],
    ['https://example.com/', 'example.com:5000', proxy],
    ['https://example.com/', 'example.com:443', undefined],
    ['https://10.1.2.3/', '10.0.0.0/8', undefined],
    ['https://11.1.2.3/', '10.0.0.0/8', proxy],
    ['https://10.1.2.3/', '10.1.2.3', undefined],
    ['https://[fd00::1]/', 'fd00::/8', undefined],
    ['https://[fd00::1]/', 'fd00::1', undefined],
    ['https://example.com/', '10.0.0.0/99', proxy],
  ])('for %s, without %s, is %s', (url, without, expected) => {
    expect(proxyFor(new URL(url), { ...all, NO_PROXY: without })?.href).toBe(expected);
  });

  it('is none where none is named, and refused where it is no URL', () => {
    expect(proxyFor(new URL('https://a/'), {})).toBeUndefined();
    expect(() => proxyFor(new URL('https://a/'), { HTTPS_PROXY: 'socks5://a:1' })).toThrow('no proxy');
  });
});

describe('a host', () => {
  it.each(['localhost', 'localhost:5000', '127.0.0.1:5000', '127.1.2.3', '[::1]:5000'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
      expect(schemesOf(host, undefined, [here])).toEqual(['unverified https', 'http']);
      expect(schemesOf(host, true, [here])).toEqual(['https']);
    },
  );

  it.each(['docker.io', 'localhost.example.com', '10.0.0.1', '127.0.0.1.example.com'])('%s is another', (host) => {
    expect(isLoopback(host)).toBe(false);
    expect(schemesOf(host, undefined, [here])).toEqual(['https']);
    expect(schemesOf(host, false, [here])).toEqual(['unverified https', 'http']);
  });

  it('with a certificate authority of its own is trusted by that, this machine too', () => {
    mkdirSync(join(here, 'localhost:5000'));
    for (const [name, text] of Object.entries({ 'ca.crt': 'CA', 'client.cert': 'CERT', 'client.key': 'KEY' }))
      writeFileSync(join(here, 'localhost:5000', name), text);
    expect(schemesOf('localhost:5000', undefined, [here])).toEqual(['https']);
    const trust = trustFor('localhost:5000', true, ['/nowhere', here]);
    expect(trust).toMatchObject({ rejectUnauthorized: true, cert: 'CERT', key: 'KEY' });
    expect((trust.ca as string[]).at(-1)).toBe('CA');
    expect((trust.ca as string[]).length).toBeGreaterThan(100);
    expect(trustFor('other', false, [here])).toEqual({ rejectUnauthorized: false });
  });
});

describe('credentials', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const config = (value: unknown) => writeFileSync(join(here, 'config.json'), JSON.stringify(value));

  it('are found by host, by the key of Docker Hub, and by a URL that others wrote', () => {
    config({
      auths: {
        'a.example.com:5000': { auth: encoded('me:a:b') },
        'https://index.docker.io/v1/': { auth: encoded('hub:x') },
        'https://b.example.com/v2/': { username: 'b', password: 'c' },
        'c.example.com': { auth: encoded('x:y'), identitytoken: 'token' },
        'd.example.com': {},
      },
    });
    expect(findCredentials('a.example.com:5000')).toEqual({ username: 'me', password: 'a:b' });
    expect(findCredentials('docker.io')).toEqual({ username: 'hub', password: 'x' });
    expect(findCredentials('b.example.com')).toEqual({ username: 'b', password: 'c' });
    expect(findCredentials('c.example.com')).toMatchObject({ identityToken: 'token' });
    expect([findCredentials('d.example.com'), findCredentials('a.example.com')]).toEqual([undefined, undefined]);
  });

  it('are none without a file, and refused where it is damaged', () => {
    expect(findCredentials('a')).toBeUndefined();
    writeFileSync(join(here, 'config.json'), '{');
    expect(() => findCredentials('a')).toThrow(/config\.json cannot be used/);
    for (const wrong of [[], 5, { auths: [] }, { auths: { a: 'x' } }, { credHelpers: { a: 1 } }, { credsStore: {} }]) {
      config(wrong);
      expect(() => findCredentials('a')).toThrow(/config\.json cannot be used: .* not (an object|text)/);
    }
    config({ auths: null, credHelpers: null, credsStore: null });
    expect(findCredentials('a')).toBeUndefined();
    config({ auths: { a: { auth: '%%%' } } });
    expect(() => findCredentials('a')).toThrow('is no base64 of NAME:PASSWORD');
    config({ credHelpers: { a: '../../bin/sh' } });
    expect(() => findCredentials('a')).toThrow('is no name of a credential helper');
    config({ credsStore: 'that-is-not-there' });
    expect(() => findCredentials('a')).toThrow('docker-credential-that-is-not-there cannot be run');
  });

  it('are asked of the helper of the host, then of the one for all, then of the file', () => {
    const helper = (name: string, text: string) =>
      writeFileSync(join(here, `docker-credential-${name}`), `#!/bin/sh\nread host; ${text}\n`, { mode: 0o755 });
    helper('one', `echo '{"Username":"one","Secret":"'$host'"}'`);
    helper('all', `echo 'credentials not found in native keychain'; exit 1`);
    helper('token', `echo '{"Username":"<token>","Secret":"t"}'`);
    helper('bad', 'echo locked; exit 2');
    process.env.PATH = `${here}:${process.env.PATH}`;
    const auths = { a: { auth: encoded('file:x') }, b: { auth: encoded('file:x') } };
    config({ auths, credsStore: 'all', credHelpers: { a: 'one', t: 'token', bad: 'bad' } });
    expect(findCredentials('a')).toEqual({ username: 'one', password: 'a' });
    expect(findCredentials('b')).toEqual({ username: 'file', password: 'x' });
    expect(findCredentials('c')).toBeUndefined();
    expect(findCredentials('t')).toMatchObject({ identityToken: 't' });
    expect(() => findCredentials('bad')).toThrow('docker-credential-bad get failed: locked');
  });

  it('are kept for their owner alone, beside what else is in the file', () => {
    config({ auths: { b: { auth: 'eDp5' } }, psFormat: 'x' });
    expect(keepCredentials('a', { username: 'me', password: 'p' })).toEqual({ file: join(here, 'config.json') });
    expect(statSync(join(here, 'config.json')).mode & 0o777).toBe(0o600);
    expect(findCredentials('a')).toEqual({ username: 'me', password: 'p' });
    expect(dropCredentials('a')).toBe(true);
    expect(dropCredentials('a')).toBe(false);
    expect(JSON.parse(readFileSync(join(here, 'config.json'), 'utf8'))).toEqual({
      auths: { b: { auth: 'eDp5' } },
      psFormat: 'x',
    });
  });
});

describe('a registry that is not reached as it should be', () => {
  it.each(['EPROTO', 'DEPTH_ZERO_SELF_SIGNED_CERT'])('is told with the commands that have the option: %s', (code) => {
    expect(unreachable(code, '', 'a.b')?.[1]).toMatch(/--tls-verify=false of pull, push and login$/);
  });
});

describe('the manifest for a machine', () => {
  const one = (os: string, architecture: string, variant?: string) =>
    ({ platform: { os, architecture, ...(variant && { variant }) } }) as Descriptor;
  const all = [
    one('unknown', 'unknown'),
    one('linux', 'amd64', 'v3'),
    one('linux', 'amd64'),
    one('linux', 'arm', 'v6'),
    one('linux', 'arm', 'v7'),
    one('linux', 'arm64', 'v8'),
    one('windows', 'amd64'),
  ];

  it.each([
    ['linux/amd64', 2],
    ['linux/amd64/v3', 1],
    ['x86_64', 2],
    ['linux/arm/v7', 4],
    ['arm64', 5],
    ['linux/aarch64/v8', 5],
    ['windows/amd64', 6],
  ])('%s is chosen', (given, index) => {
    expect(chooseManifest(all, parsePlatform(given), 'x')).toBe(all[index]);
  });

  it('is told with those that there are, where it is none of them', () => {
    const wanted = parsePlatform('linux/s390x');
    expect(() => chooseManifest(all, wanted, 'x')).toThrow('no matching manifest for linux/s390x');
    const there = 'linux/amd64/v3, linux/amd64, linux/arm/v6, linux/arm/v7, linux/arm64/v8, windows/amd64';
    expect(() => chooseManifest(all, wanted, 'x')).toThrow(
      expect.objectContaining({ remedy: `It is for ${there}: --platform` }),
    );
    for (const bad of ['linux/', 'a/b/c/d', '']) expect(() => parsePlatform(bad)).toThrow('invalid platform');
  });
});
