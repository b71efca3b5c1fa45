import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadArchive } from '../../../src/image/archive/load.js';
import { parseReference } from '../../../src/image/reference.js';
import { keepCredentials } from '../../../src/image/registry/credentials.js';
import { findImage } from '../../../src/image/store/images.js';
import { pullImage } from '../../../src/image/transfer/pull.js';
import { pushImage } from '../../../src/image/transfer/push.js';
import { DockerRegistry } from '../../support/docker-registry.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { useRegistryClient } from '../../support/registry-client.js';
import { selfSigned } from '../../support/self-signed.js';

const LAYERS = [archive(member({ name: 'a', content: 'a' })), archive(member({ name: 'b', content: 'b' }))];

const client = useRegistryClient();

function skopeo(...words: string[]): string {
  return execFileSync('skopeo', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function pushed(host: string): Promise<string> {
  writeFileSync(join(client.directory, 'app.tar'), dockerArchive(LAYERS, { Cmd: ['a'] }, [`${host}/team/app:1`]).bytes);
  await loadArchive(join(client.directory, 'app.tar'));
  const name = `${host}/team/app:1`;
  const { digest, sent } = await pushImage(findImage(name), parseReference(name));
  expect(sent).toBeGreaterThan(0);
  expect((await pushImage(findImage(name), parseReference(name))).sent).toBe(0);
  return digest;
}

describe('with Docker’s registry', () => {
  it('an image is pushed, mounted in another repository, and pulled with the same digest', async (test) => {
    needs(test, 'docker-registry');
    await using registry = await DockerRegistry.start(client.directory);
    const { host } = registry;
    const digest = await pushed(host);
    const other = parseReference(`${host}/other:2`);
    const again = await pushImage(findImage(`${host}/team/app:1`), other);
    expect([again.digest, again.sent]).toEqual([digest, 0]);
    client.useState('two');
    expect((await pullImage(other)).image.descriptor.digest).toBe(digest);
    await expect(pullImage(parseReference(`${host}/other:3`))).rejects.toThrow(/has no manifest 3 of other/);
  });

  it('skopeo sees the same digest, and what it copies is pulled', async (test) => {
    needs(test, 'docker-registry');
    needs(test, 'skopeo');
    await using registry = await DockerRegistry.start(client.directory);
    const { host } = registry;
    const digest = await pushed(host);
    const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    expect(skopeo('inspect', '--tls-verify=false', '-f', '{{.Digest}}', `docker://${host}/team/app:1`).trim()).toBe(
      digest,
    );
    skopeo('copy', ...insecure, `docker://${host}/team/app:1`, `oci:${join(client.directory, 'oci')}:x`);
    skopeo('copy', ...insecure, `oci:${join(client.directory, 'oci')}:x`, `docker://${host}/copied:1`);
    client.useState('two');
    const { image } = await pullImage(parseReference(`${host}/copied:1`));
    expect([image.descriptor.digest, image.config.config?.Cmd]).toEqual([digest, ['a']]);
  });

  it('an image goes there and back by TLS and a password of htpasswd, and nowhere without them', async (test) => {
    needs(test, 'docker-registry');
    needs(test, 'openssl');
    const { cert } = selfSigned(client.directory);
    const path = join(client.directory, 'htpasswd');
    // htpasswd -nbB me secret: the registry takes bcrypt alone.
    writeFileSync(path, 'me:$2y$05$t9BDOdqW9ioN24SKy98pNu5/N86RmcKZGlFsVrfJPVwY6NdBMusZG\n');
    await using registry = await DockerRegistry.start(client.directory, {
      auth: { htpasswd: { realm: 'test', path } },
      tls: { certificate: join(client.directory, 'server.crt'), key: join(client.directory, 'server.key') },
    });
    const reference = parseReference(`${registry.host}/team/app:1`);
    await expect(pullImage(reference, { tlsVerify: true })).rejects.toThrow(
      'signed by nobody whom this machine trusts',
    );
    await expect(pullImage(reference)).rejects.toThrow('access to team/app at');
    mkdirSync(join(client.directory, 'docker/certs.d', registry.host), { recursive: true });
    writeFileSync(join(client.directory, 'docker/certs.d', registry.host, 'ca.crt'), cert);
    keepCredentials(registry.host, { username: 'me', password: 'wrong' });
    await expect(pullImage(reference)).rejects.toThrow(/is denied: .*UNAUTHORIZED/);
    keepCredentials(registry.host, { username: 'me', password: 'secret' });
    const digest = await pushed(registry.host);
    client.useState('two');
    expect((await pullImage(reference, { tlsVerify: true })).image.descriptor.digest).toBe(digest);
  });
});
