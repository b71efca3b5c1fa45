import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Followed, type Served, startServer } from './serve-support.js';
import { tslab } from './tslab.js';

/** A server of the test's own, as behind the published port of a container. */
async function serve(...words: string[]): Promise<Served> {
  const state = mkdtempSync(join(tmpdir(), 'tslab-serve-host-'));
  const server = await startServer(state, words);
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await server.ended();
    rmSync(state, { recursive: true });
  });
  return server;
}

/** The status of a page that is asked for at an address of this machine. */
async function status(server: Served, address: string, host: string): Promise<number | undefined> {
  const headers = { cookie: server.cookie, host: `${host}:${server.url.port}` };
  const sent = request({ host: address, port: server.url.port, path: '/en/index.html', headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('tslab serve --host', () => {
  it('listens where it is told, and answers to the names that were given and to no other', async () => {
    const server = await serve('--host', '0.0.0.0', '--host', 'Tslab.example');
    expect(server.url.hostname).toBe('127.0.0.1');
    for (const host of ['127.0.0.1', 'localhost', 'tslab.example', 'TSLAB.example'])
      expect([host, await status(server, '127.0.0.2', host)]).toEqual([host, 200]);
    for (const host of ['evil.example', '0.0.0.0', '127.0.0.2', 'x.tslab.example', 'tslab.example.evil.example'])
      expect([host, await status(server, '127.0.0.2', host)]).toEqual([host, 403]);
  });

  it('runs labs for a page by such a name, with the token, and for no other page', async () => {
    const server = await serve('--host', '0.0.0.0', '--host', 'tslab.example');
    const { port } = server.url;
    const wish = JSON.stringify({ lab: '01-pid-namespace', language: 'en', runTo: 'clone' });
    const ask = (origin: string, authorization: string) => {
      const headers = { host: `tslab.example:${port}`, origin, authorization, 'content-type': 'application/json' };
      return server.send('POST', '/runs', headers, wish);
    };
    expect((await ask(`http://evil.example:${port}`, server.authorization)).statusCode).toBe(403);
    expect((await ask(`http://tslab.example:${port}`, 'Bearer x')).statusCode).toBe(403);
    const run = new Followed(await ask(`http://tslab.example:${port}`, server.authorization));
    expect(await run.end()).toMatchObject({ type: 'ended' });
  });

  it('prints the address that was asked for', async () => {
    const server = await serve('--host', '127.0.0.3');
    expect(server.url.hostname).toBe('127.0.0.3');
    expect(await status(server, '127.0.0.3', '127.0.0.3')).toBe(200);
    await expect(status(server, '127.0.0.1', 'localhost')).rejects.toThrow('ECONNREFUSED');
  });

  it('is not needed on this machine, where no other address is listened on without it', async () => {
    await expect(status(await serve(), '127.0.0.2', 'localhost')).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    ['http://x', 'is no address and no name'],
    ['a b', 'is no address and no name'],
    ['192.0.2.1', 'is no address of this machine'],
  ])('refuses %s', (host, why) => {
    const { status: ended, stderr } = tslab(['serve', '--port', '0', '--host', host]);
    expect(ended).toBe(2);
    expect(stderr).toContain(why);
  });
});
