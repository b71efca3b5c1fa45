import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadArchive } from '../../../src/image/archive/load.js';
import { parseReference } from '../../../src/image/reference.js';
import { findImage } from '../../../src/image/store/images.js';
import { pullImage } from '../../../src/image/transfer/pull.js';
import { pushImage } from '../../../src/image/transfer/push.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';

const LAYERS = [archive(member({ name: 'a', content: 'a' })), archive(member({ name: 'b', content: 'b' }))];

let here = '';
let server: ChildProcess | undefined;
const before = { ...process.env };
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-exchange-'));
  process.env.DOCKER_CONFIG = here;
  useState('one');
});
afterEach(() => {
  server?.kill('SIGKILL');
  process.env = { ...before };
  rmSync(here, { recursive: true });
});

function useState(name: string): void {
  process.env.TSLAB_STATE = join(here, name);
}

/** Debian's registry, which is Docker's. Returns its host. */
async function startRegistry(): Promise<string> {
  const port = await freePort();
  const storage = { filesystem: { rootdirectory: join(here, 'registry') } };
  mkdirSync(storage.filesystem.rootdirectory);
  const config = { version: 0.1, log: { level: 'error' }, storage, http: { addr: `127.0.0.1:${port}` } };
  writeFileSync(join(here, 'config.yml'), JSON.stringify(config));
  server = spawn('docker-registry', ['serve', join(here, 'config.yml')], { stdio: 'ignore' });
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return `127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket
      .on('connect', () => resolve(true))
      .on('error', () => resolve(false))
      .on('connect', () => socket.destroy());
  });
}

function skopeo(...words: string[]): string {
  return execFileSync('skopeo', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function pushed(host: string): Promise<string> {
  writeFileSync(join(here, 'app.tar'), dockerArchive(LAYERS, { Cmd: ['a'] }, [`${host}/team/app:1`]).bytes);
  await loadArchive(join(here, 'app.tar'));
  const name = `${host}/team/app:1`;
  const { digest, sent } = await pushImage(findImage(name), parseReference(name));
  expect(sent).toBeGreaterThan(0);
  expect((await pushImage(findImage(name), parseReference(name))).sent).toBe(0);
  return digest;
}

describe('with Docker’s registry', () => {
  it('an image is pushed, mounted in another repository, and pulled with the same digest', async (test) => {
    needs(test, 'docker-registry');
    const host = await startRegistry();
    const digest = await pushed(host);
    const other = parseReference(`${host}/other:2`);
    const again = await pushImage(findImage(`${host}/team/app:1`), other);
    expect([again.digest, again.sent]).toEqual([digest, 0]);
    useState('two');
    expect((await pullImage(other)).image.descriptor.digest).toBe(digest);
    await expect(pullImage(parseReference(`${host}/other:3`))).rejects.toThrow(/has no manifest 3 of other/);
  });

  it('skopeo sees the same digest, and what it copies is pulled', async (test) => {
    needs(test, 'docker-registry');
    needs(test, 'skopeo');
    const host = await startRegistry();
    const digest = await pushed(host);
    const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    expect(skopeo('inspect', '--tls-verify=false', '-f', '{{.Digest}}', `docker://${host}/team/app:1`).trim()).toBe(
      digest,
    );
    skopeo('copy', ...insecure, `docker://${host}/team/app:1`, `oci:${join(here, 'oci')}:x`);
    skopeo('copy', ...insecure, `oci:${join(here, 'oci')}:x`, `docker://${host}/copied:1`);
    useState('two');
    const { image } = await pullImage(parseReference(`${host}/copied:1`));
    expect([image.descriptor.digest, image.config.config?.Cmd]).toEqual([digest, ['a']]);
  });
});
