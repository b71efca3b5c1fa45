import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/image/reference.js';
import { keepCredentials } from '../../../src/image/registry/credentials.js';
import { findImage } from '../../../src/image/store/images.js';
import { pullImage } from '../../../src/image/transfer/pull.js';
import { pushImage } from '../../../src/image/transfer/push.js';
import { ConnectProxy } from '../../support/connect-proxy.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { useRegistryClient } from '../../support/registry-client.js';
import { addImage } from '../../support/registry-image.js';
import { TestRegistry } from '../../support/registry-server.js';
import { selfSigned } from '../../support/self-signed.js';

const LAYERS = ['a', 'b'].map((name) => archive(member({ name, content: Buffer.alloc(50_000, name) })));

const client = useRegistryClient();

const pull = (host: string) => pullImage(parseReference(`${host}/team/app:1`));

describe('a registry whose token service gives identity tokens', () => {
  const login = (host: string): Promise<string> =>
    new Promise((resolve) => {
      const words = ['dist/bin/tslab.cjs', 'login', '-u', 'me', '--password-stdin', host];
      const child = execFile(process.execPath, words, { encoding: 'utf8' }, (_, stdout, stderr) =>
        resolve(stdout || stderr),
      );
      child.stdin?.end('secret');
    });

  it('has one kept by login in the place of the password, and takes it for new tokens', async () => {
    await using registry = await TestRegistry.start({ token: 'me:secret', identity: true });
    addImage(registry, LAYERS);
    expect(await login(registry.host)).toBe('Login Succeeded\n');
    const [auth, identitytoken] = [Buffer.from('me:').toString('base64'), registry.identity];
    const { auths } = JSON.parse(readFileSync(join(client.directory, 'config.json'), 'utf8'));
    expect(auths).toEqual({ [registry.host]: { auth, identitytoken } });
    await pull(registry.host);
    expect(registry.requests.filter((one) => one.includes('/token'))).toEqual([
      expect.stringContaining('offline_token=true'),
      'POST /token',
    ]);
  });

  it('gives another one each time: the newest counts when a token runs out within a blob', async () => {
    let broken = 0;
    const isBlob = (url = '') => url.includes('/blobs/');
    await using registry = await TestRegistry.start({
      token: 'me:secret',
      identity: true,
      fault: ({ url }) => {
        if (!isBlob(url) || broken === 2) return undefined;
        broken++;
        return { breakAfter: 30 };
      },
    });
    addImage(registry, LAYERS);
    registry.identity = 'first';
    keepCredentials(registry.host, { username: 'me', password: '', identityToken: 'first' });
    const reference = parseReference(`${registry.host}/team/app:1`);
    // No token that was given before a break is good behind it.
    const tell = (event: { readonly type: string }) => event.type === 'retry' && registry.tokens++;
    await pullImage(reference, { tell });
    expect(broken).toBe(2);
    expect(registry.requests.filter((one) => one === 'POST /token').length).toBeGreaterThan(1);
    await expect(pull(registry.host)).rejects.toThrow(/credentials that are kept for it: .* answers 401 UNAUTHORIZED/);
  });
});

describe('a registry behind a proxy', () => {
  async function withProxy(test: Parameters<typeof needs>[0], user?: string) {
    needs(test, 'openssl');
    const tls = selfSigned(client.directory);
    const registry = await TestRegistry.start({ tls });
    addImage(registry, LAYERS);
    const host = registry.host.replace('127.0.0.1', 'registry.invalid');
    mkdirSync(join(client.directory, 'docker/certs.d', host), { recursive: true });
    writeFileSync(join(client.directory, 'docker/certs.d', host, 'ca.crt'), tls.cert);
    const proxy = await ConnectProxy.start(user);
    return { host, registry, proxy };
  }

  it('is reached by tunnels, in which its own certificate counts; a name that only the proxy knows, too', async (test) => {
    const { host, ...servers } = await withProxy(test, 'p:a ss');
    await using registry = servers.registry;
    await using proxy = servers.proxy;
    process.env.HTTPS_PROXY = `http://p:a%20ss@${proxy.host}`;
    await pull(host);
    expect(new Set(proxy.tunnels)).toEqual(new Set([host]));
    await pushImage(findImage(`${host}/team/app:1`), parseReference(`${host}/other:1`));
    expect([...registry.repositories.keys()]).toContain('other');
    rmSync(join(client.directory, 'docker'), { recursive: true });
    client.useState('two');
    await expect(pull(host)).rejects.toThrow(`the certificate of ${host} is signed by nobody`);
  });

  it('is told apart from a proxy that refuses, or is not there; NO_PROXY has it asked without', async (test) => {
    const { host, ...servers } = await withProxy(test, 'p:secret');
    await using _registry = servers.registry;
    await using proxy = servers.proxy;
    process.env.https_proxy = proxy.host;
    await expect(pull(host)).rejects.toThrow(`the proxy ${proxy.host} answers 407 to CONNECT ${host}`);
    process.env.https_proxy = '127.0.0.1:1';
    await expect(pull(host)).rejects.toThrow('the proxy 127.0.0.1:1 is not reached: connect ECONNREFUSED');
    process.env.NO_PROXY = '.invalid';
    await expect(pull(host)).rejects.toThrow(`the host ${host} is not found`);
    expect(proxy.tunnels).toEqual([]);
  });

  it('is asked by its whole URL where there is no TLS', async () => {
    const asked: string[] = [];
    // A registry that is asked as a proxy is: the host that is named does not exist.
    await using registry = await TestRegistry.start({
      fault: ({ headers, url }) => void asked.push(`${headers.host} ${url}`),
    });
    addImage(registry, LAYERS);
    process.env.HTTP_PROXY = registry.origin;
    process.env.https_proxy = '127.0.0.1:1';
    const reference = parseReference('registry.invalid:5000/team/app:1');
    await pullImage(reference, { tlsVerify: false });
    expect(asked).toContain('registry.invalid:5000 http://registry.invalid:5000/v2/team/app/manifests/1');
  });
});

describe('a registry of this machine without TLS', () => {
  it('is asked without at once where it hangs up', async () => {
    await using registry = await TestRegistry.start({ hangsUp: true });
    addImage(registry, LAYERS);
    const retries: unknown[] = [];
    const tell = (event: { readonly type: string }) => event.type === 'retry' && retries.push(event);
    await pullImage(parseReference(`${registry.host}/team/app:1`), { tell });
    expect(retries).toEqual([]);
  });
});
