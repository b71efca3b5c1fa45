import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { addImage } from '../../support/registry-image.js';
import { TestRegistry } from '../../support/registry-server.js';
import { selfSigned } from '../../support/self-signed.js';

const LAYERS = [archive(member({ name: 'a', content: 'a' })), archive(member({ name: 'b', content: 'b' }))];

let here = '';
let environment: NodeJS.ProcessEnv = {};
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-registry-'));
  environment = { ...process.env, TSLAB_STATE: join(here, 'state'), DOCKER_CONFIG: join(here, 'docker') };
  writeFileSync(join(here, 'app.tar'), dockerArchive(LAYERS, {}, ['app:1']).bytes);
});
afterEach(() => rmSync(here, { recursive: true }));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The registry is in this process: it has to answer meanwhile. */
function tslab(words: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: environment, encoding: 'utf8' } as const;
    const child = execFile(process.execPath, ['dist/bin/tslab.cjs', ...words], options, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

async function out(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await tslab(words);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** Another machine, as far as images go. */
function elsewhere(): void {
  environment = { ...environment, TSLAB_STATE: join(here, 'elsewhere') };
}

describe('tslab push and pull', () => {
  it('bring an image to a registry and back, with one digest, and send nothing twice', async () => {
    await using registry = await TestRegistry.start();
    const name = `${registry.host}/team/app`;
    await out('load', '-i', join(here, 'app.tar'));
    await out('tag', 'app:1', `${name}:1`);
    const pushed = await out('push', `${name}:1`);
    expect(pushed).toMatch(
      /^The push refers to repository \[127\.0\.0\.1:\d+\/team\/app\]\n([0-9a-f]{12}: Preparing\n){2}([0-9a-f]{12}: (Waiting|Compressing)\n){2,3}/,
    );
    const [, digest] = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+$/m.exec(pushed) ?? [];
    expect(registry.repository('team/app').manifests.has(digest as string)).toBe(true);
    const received = registry.received;
    expect(await out('push', `${name}:1`)).toMatch(/(: Layer already exists\n.*?){2}/s);
    await out('tag', 'app:1', `${registry.host}/other`);
    expect(await out('push', `${registry.host}/other`)).toMatch(/(: Mounted from team\/app\n.*?){2}/s);
    const sizeOfManifest = registry.blobs.get(digest as string)?.length as number;
    // Both manifests, and the config once more.
    expect(registry.received - received).toBeLessThan(3 * sizeOfManifest);

    elsewhere();
    expect(await out('pull', `${registry.host}/other`)).toMatch(
      /^Using default tag: latest\nlatest: Pulling from other\n.*?: Pull complete\nDigest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for .*other:latest\n127.*other:latest\n$/s,
    );
    expect(await out('pull', `${name}:1`)).toContain(
      `Digest: ${digest}\nStatus: Downloaded newer image for ${name}:1\n`,
    );
    expect(await out('pull', `${name}:1`)).toContain(`Status: Image is up to date for ${name}:1\n`);
    expect(await out('pull', '-q', `${name}@${digest}`)).toBe(`${name}@${digest}\n`);
    expect(await out('images', '--digests')).toContain(digest);
  });

  it('keep what was pulled by the digest of a list for several machines under that digest', async () => {
    await using registry = await TestRegistry.start();
    const digest = addImage(registry, LAYERS, 'team/app:own');
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const size = registry.blobs.get(digest)?.length;
    const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
    const own = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size, platform };
    const list = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [own] }));
    const ofList = registry.add('team/app', list, { type: mediaType, tag: '1' });
    const name = `${registry.host}/team/app`;
    expect(ofList).not.toBe(digest);
    await out('pull', '-q', `${name}:1@${ofList}`);
    const asked = registry.requests.length;
    const id = await out('create', '--network', 'none', `${name}@${ofList}`);
    expect(registry.requests.length).toBe(asked);
    expect(await out('images', '--format', '{{.Repository}} {{.Tag}} {{.Digest}}')).toBe(`${name} <none> ${ofList}\n`);
    expect(await out('images', '-q', name)).toMatch(/^[0-9a-f]{12}\n$/);
    const [image] = JSON.parse(await out('image', 'inspect', `${name}:2@${ofList}`));
    expect([image.RepoTags, image.RepoDigests]).toEqual([[], [`${name}@${ofList}`]]);
    await out('pull', '-q', `${name}:1`);
    expect(await out('images', '--format', '{{.Tag}} {{.Digest}}')).toBe(`1 ${ofList}\n`);
    await out('rm', id.trim());
    expect(await out('rmi', `${name}@${ofList}`)).toBe(`Untagged: ${name}@${ofList}\n`);
    expect(await out('images', '--format', '{{.Tag}} {{.Digest}}')).toBe(`1 ${digest}\n`);
  });

  it('push all tags of a repository, silently', async () => {
    await using registry = await TestRegistry.start();
    const name = `${registry.host}/app`;
    await out('load', '-i', join(here, 'app.tar'));
    for (const tag of ['1', '2']) await out('tag', 'app:1', `${name}:${tag}`);
    expect(await out('push', '-q', '-a', name)).toBe(`${name}:1\n${name}:2\n`);
    expect([...registry.repository('app').manifests.keys()].filter((tag) => !tag.includes(':'))).toEqual(['1', '2']);
  });

  it.each([
    [
      'of a tag that is not there',
      ['pull', 'HOST/app:2'],
      /has no manifest 2 of app, .*MANIFEST_UNKNOWN.*\nIts tags are 1\./,
    ],
    [
      'of a repository that is not there',
      ['pull', 'HOST/nothing'],
      /has no manifest latest of nothing, or no repository/,
    ],
    ['where nobody listens', ['pull', '127.0.0.1:1/app'], /nothing answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/],
    ['of capitals', ['pull', 'HOST/App'], /repository name must be lowercase/],
    ['of all tags', ['pull', '-a', 'HOST/app'], /--all-tags: a repository may have thousands/],
    ['for another machine', ['pull', '--platform', 'linux/s390x/z/9', 'HOST/app:1'], /invalid platform/],
    ['of what is not here', ['push', 'HOST/nothing'], /An image does not exist locally with the tag: HOST\/nothing/],
    ['of a digest', ['push', `HOST/app@sha256:${'a'.repeat(64)}`], /cannot push a digest reference/],
    ['of all tags and one', ['push', '-a', 'HOST/app:1'], /tag can't be used with --all-tags/],
  ])('are refused in words: %s', async (_, words, message) => {
    await using registry = await TestRegistry.start();
    addImage(registry, LAYERS, 'app:1');
    const { status, stderr } = await tslab(words.map((word) => word.replace('HOST', registry.host)));
    expect(stderr.replaceAll(registry.host, 'HOST')).toMatch(message);
    expect(status).toBe(1);
  });
});

describe.skipIf(process.geteuid?.() !== 0)('tslab run and create (skipped without root)', () => {
  const program = archive(member({ name: 'bin/busybox', content: readFileSync('/bin/busybox'), mode: 0o755 }));
  const start = ['--rm', '--network', 'none'];
  const command = ['/bin/busybox', 'echo', 'ran'];

  it('pull an image that is missing, once, and tell so on standard error', async () => {
    await using registry = await TestRegistry.start();
    addImage(registry, [program], 'app:1');
    const image = `${registry.host}/app:1`;
    const never = await tslab(['run', ...start, '--pull', 'never', image, ...command]);
    expect([never.status, never.stderr]).toEqual([
      125,
      expect.stringContaining(`Unable to find image '${image}' locally\n`),
    ]);
    expect(registry.requests).toEqual([]);
    const first = await tslab(['run', ...start, image, ...command]);
    expect([first.status, first.stdout]).toEqual([0, 'ran\n']);
    expect(first.stderr).toMatch(
      /^Unable to find image '.*' locally\n1: Pulling from app\n.*Status: Downloaded newer image/s,
    );
    const requests = registry.requests.length;
    expect(await tslab(['run', ...start, image, ...command])).toEqual({ status: 0, stdout: 'ran\n', stderr: '' });
    expect(registry.requests.length).toBe(requests);
    expect(await tslab(['run', ...start, '-q', '--pull', 'always', image, ...command])).toEqual({
      status: 0,
      stdout: 'ran\n',
      stderr: '',
    });
    expect(registry.requests.length).toBeGreaterThan(requests);
  });

  it('pull nothing for a command line that is wrong, a dry run, or busybox', async () => {
    await using registry = await TestRegistry.start();
    addImage(registry, [program], 'app:1');
    const image = `${registry.host}/app:1`;
    expect((await tslab(['run', '-m', '1k', image])).stderr).toContain('the least memory limit is 6m');
    expect((await tslab(['run', '--dry-run', image])).stderr).toContain(`Unable to find image '${image}' locally`);
    expect((await tslab(['run', ...start, 'busybox', 'echo', 'ran'])).stdout).toBe('ran\n');
    expect(registry.requests).toEqual([]);
    const close = await tslab(['run', ...start, '127.0.0.1:1/busybox']);
    expect([close.status, close.stderr]).toEqual([
      125,
      expect.stringMatching(/locally, nor to pull it: nothing answers at 127\.0\.0\.1:1/),
    ]);
  });
});

describe('tslab login and logout', () => {
  it('keep a name and a password that the registry takes, for their owner alone, and forget them', async () => {
    await using registry = await TestRegistry.start({ basic: 'me:secret' });
    const file = join(here, 'docker/config.json');
    const refused = await tslab(['pull', `${registry.host}/app:1`]);
    expect(refused.stderr).toMatch(/access to app at .* is denied: .*\ntslab login 127\.0\.0\.1:\d+\n/);
    const wrong = await tslab(['login', '-u', 'me', '-p', 'wrong', registry.host]);
    expect(wrong.stderr).toMatch(/Using --password via the CLI is insecure.*?denied/s);
    expect([wrong.status, existsSync(file)]).toEqual([1, false]);
    mkdirSync(join(here, 'docker'));
    writeFileSync(file, '{"detachKeys":"ctrl-x"}', { mode: 0o644 });
    const login = await tslab(['login', '-u', 'me', '--password-stdin', registry.host], 'secret\n');
    expect([login.status, login.stdout]).toEqual([0, 'Login Succeeded\n']);
    expect(login.stderr).toContain(`WARNING! Your credentials are stored unencrypted in '${file}'.`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const auths = { [registry.host]: { auth: Buffer.from('me:secret').toString('base64') } };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ detachKeys: 'ctrl-x', auths });
    expect((await tslab(['pull', `${registry.host}/app:1`])).stderr).toContain('has no manifest 1 of app');
    expect(await out('logout', registry.host)).toBe(`Removing login credentials for ${registry.host}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ detachKeys: 'ctrl-x', auths: {} });
    expect(await out('logout', registry.host)).toBe(`Not logged in to ${registry.host}\n`);
  });

  it('have a helper keep them, where Docker’s config.json names one', async () => {
    await using registry = await TestRegistry.start({ basic: 'me:secret' });
    const kept = join(here, 'kept');
    const helper = join(here, 'docker-credential-test');
    // What `get` gives is what `store` was given; ServerURL more does no harm.
    const script = `case $1 in store) cat >${kept};; get) cat >/dev/null; cat ${kept} 2>/dev/null || { echo credentials not found; exit 1; };; erase) rm ${kept};; esac`;
    writeFileSync(helper, `#!/bin/sh\n${script}\n`);
    chmodSync(helper, 0o755);
    environment = { ...environment, PATH: `${here}${delimiter}${process.env.PATH}` };
    mkdirSync(join(here, 'docker'));
    writeFileSync(join(here, 'docker/config.json'), '{"credsStore":"test"}');
    const login = await tslab(['login', '-u', 'me', '--password-stdin', registry.host], 'secret');
    expect(login).toEqual({ status: 0, stdout: 'Login Succeeded\n', stderr: '' });
    expect(readFileSync(join(here, 'docker/config.json'), 'utf8')).not.toContain('auth"');
    expect((await tslab(['pull', `${registry.host}/app:1`])).stderr).toContain('has no manifest 1 of app');
    await out('logout', registry.host);
    expect(existsSync(kept)).toBe(false);
    expect((await tslab(['pull', `${registry.host}/app:1`])).stderr).toContain('is denied');
  });

  it.each([
    ['of no registry', ['login', '-u', 'me', '-p', 'x', 'a b'], 'invalid registry "a b"'],
    ['of no port', ['logout', 'localhost:99999'], 'invalid registry "localhost:99999"'],
    ['without a terminal', ['login', 'HOST'], 'Cannot perform an interactive login from a non TTY device'],
    ['a password without a name', ['login', '--password-stdin', 'HOST'], 'requires --username to be set'],
    ['two passwords', ['login', '-u', 'a', '-p', 'b', '--password-stdin', 'HOST'], 'cannot specify both'],
    ['no password', ['login', '-u', 'a', '--password-stdin', 'HOST'], 'must not be empty'],
  ])('are refused in words: %s', async (_, words, message) => {
    const { status, stderr } = await tslab(words);
    expect([status, stderr.includes(message)]).toEqual([1, true]);
  });
});

describe('a registry with TLS', () => {
  it('is believed where its certificate is known, or where that is not wanted', async (test) => {
    needs(test, 'openssl');
    const tls = selfSigned(here);
    await using registry = await TestRegistry.start({ tls, basic: 'me:secret' });
    const login = (verify: string) =>
      tslab(['login', '--tls-verify', verify, '-u', 'me', '--password-stdin', registry.host], 'secret');
    const strict = await login('true');
    expect(strict.stderr).toMatch(
      /signed by nobody whom this machine trusts \(DEPTH_ZERO_SELF_SIGNED_CERT\)\n.*\/etc\/docker\/certs\.d\/127\.0\.0\.1:\d+\/ca\.crt/,
    );
    expect((await login('false')).stdout).toBe('Login Succeeded\n');
    await out('load', '-i', join(here, 'app.tar'));
    await out('tag', 'app:1', `${registry.host}/app:1`);
    expect((await tslab(['push', '--tls-verify=true', `${registry.host}/app:1`])).stderr).toContain('signed by nobody');
    await out('push', '--tls-verify=false', `${registry.host}/app:1`);
    const authorities = join(here, 'config/docker/certs.d', registry.host);
    mkdirSync(authorities, { recursive: true });
    writeFileSync(join(authorities, 'ca.crt'), tls.cert);
    environment = { ...environment, XDG_CONFIG_HOME: join(here, 'config') };
    elsewhere();
    await out('pull', '--tls-verify=true', `${registry.host}/app:1`);
  });
});
