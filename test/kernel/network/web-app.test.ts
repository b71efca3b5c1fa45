import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.js';
import { imageWithNode } from '../../support/web-image.js';
import { output, removeBehindEach, until, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';
import { HOST } from './paths.js';
import { useWorld } from './world.js';

useOwnState();
useWorld();
removeBehindEach();
beforeEach((test) => {
  needs(test, 'root');
  needs(test, 'ip');
});

/** The application of the course: it answers each request with the name of its container. */
const SERVER = `
require('node:http')
  .createServer((request, response) => response.end('hello from ' + require('node:os').hostname() + request.url))
  .listen(1234, () => console.log('listening'));`;

let image = '';
beforeAll(() => {
  image = mkdtempSync(join(tmpdir(), 'tslab-web-'));
  if (process.geteuid?.() === 0) imageWithNode(image, SERVER);
});
afterAll(() => rmSync(image, { recursive: true }));

async function get(address: string, path: string): Promise<string> {
  return await (await fetch(`http://${address}:8088${path}`, { headers: { connection: 'close' } })).text();
}

describe('a web application in a container', () => {
  it('is reached by all addresses of the host, and by its name from another container', async () => {
    const run = [
      'run',
      '-d',
      '--name',
      'web',
      '-h',
      'web',
      '--network',
      'bridge',
      '-p',
      '8088:1234',
      '--rootfs',
      image,
    ];
    output(...run, 'node-app', process.execPath, '/app/server.js');
    await until(() => output('logs', 'web').includes('listening'));
    expect(output('ps', '--format', '{{.Ports}}')).toBe('0.0.0.0:8088->1234/tcp, [::]:8088->1234/tcp\n');
    for (const address of ['127.0.0.1', '[::1]', HOST.ipv4, `[${HOST.ipv6}]`]) {
      expect(await get(address, '/a')).toBe('hello from web/a');
    }
  });

  it('is found by other containers of its network by its name', async () => {
    output('network', 'create', 'shop');
    const run = ['run', '-d', '--name', 'web', '-h', 'web', '--network', 'shop', '-p', '8088:1234', '--rootfs', image];
    output(...run, 'node-app', process.execPath, '/app/server.js');
    await until(() => output('logs', 'web').includes('listening'));
    const client = ['run', '--rm', '--network', 'shop', '--rootfs', image, 'node-app', process.execPath, '-e'];
    const ask = "fetch('http://web:1234/b').then((answer) => answer.text()).then(console.log)";
    expect(tslab([...client, ask])).toMatchObject({ stdout: 'hello from web/b\n', status: 0 });
    expect(await get('127.0.0.1', '/c')).toBe('hello from web/c');
    output('rm', '-f', 'web');
    output('network', 'rm', 'shop');
  });
});
