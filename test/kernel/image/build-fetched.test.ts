import { type ChildProcess, execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { selfSigned } from '../../support/self-signed.js';

let here = '';
let origin = '';
let server: Server;
let asked: string[] = [];
let answer: RequestListener;
/** The last one. */
let builder: ChildProcess;
beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), 'tslab-fetched-'));
  process.env.TSLAB_STATE = join(here, 'state');
  process.env.XDG_CONFIG_HOME = here;
  mkdirSync(join(here, 'context'));
  server = createServer((request, response) => {
    const { authorization = '', 'if-none-match': tag = '' } = request.headers;
    asked.push([request.url, tag, authorization].filter(Boolean).join(' '));
    answer(request, response);
  });
  origin = await listening(server);
});
afterAll(() => {
  server.close();
  rmSync(here, { recursive: true });
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => response.setHeader('last-modified', MODIFIED).setHeader('etag', '"1"').end('content\n');
});
afterEach(() => expect(readdirSync(join(here, 'state/images/ingest'))).toEqual([]));

const MODIFIED = 'Thu, 01 Feb 2024 03:04:05 GMT';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Builds these lines on an empty image, as `fetched`. */
function build(lines: readonly string[], ...options: string[]) {
  writeFileSync(join(here, 'context/Dockerfile'), ['FROM scratch', ...lines, ''].join('\n'));
  const words = ['dist/bin/tslab.cjs', 'build', '-t', 'fetched', ...options, join(here, 'context')];
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    builder = execFile(process.execPath, words, { encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** Members of the topmost layer, as GNU tar lists them. */
function files(): string[] {
  const tslab = (...words: string[]) => execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words]);
  const saved = tslab('save', 'fetched');
  const list = (input: Buffer, ...words: string[]) =>
    execFileSync('tar', words, { input, env: { ...process.env, TZ: 'UTC' } });
  const [manifest] = JSON.parse(list(saved, 'xO', 'manifest.json').toString());
  const layer = list(saved, 'xO', manifest.Layers.at(-1));
  return list(layer, 'tv', '--numeric-owner')
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
}

/** What is kept of a URL, by path. */
function fetched(url: string): string[] {
  const directory = join(here, 'state/images/fetched');
  const names = readdirSync(directory).filter((name) => name.startsWith(sha256(url).replace(/.*:(.*)/, '$1-')));
  return names.map((name) => join(directory, name));
}

function sha256(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

describe('ADD of a URL', () => {
  it('has the name of the URL in a directory, mode 0600, root, and the time of Last-Modified', async () => {
    expect(await build([`ADD ${origin}/a/b%20c.txt?v=1 /d/`])).toMatchObject({ status: 0, stderr: '' });
    expect(files().at(-1)).toBe('-rw------- 0/0 8 2024-02-01 03:04 d/b c.txt');
    answer = (_, response) => response.end('content\n');
    await build([`ADD --chmod=755 --chown=7:8 ${origin}/other /x`]);
    expect(files()).toEqual(['-rwxr-xr-x 7/8 8 1970-01-01 00:00 x']);
    await build(['ARG U', 'ADD $U /'], '--build-arg', `U=${origin}/`);
    expect(files()).toEqual(['-rw------- 0/0 8 1970-01-01 00:00 __unnamed__']);
  });

  it('goes into the image beside files of the context', async () => {
    writeFileSync(join(here, 'context/own'), 'own');
    await build([`ADD own ${origin}/fetched /d/`]);
    expect(files().map((line) => line.split(' ').at(-1))).toEqual(['d/', 'd/fetched', 'd/own']);
  });

  it('is not unpacked without --unpack', async () => {
    const packed = Buffer.from(archive(member({ name: 'in', content: 'a' })));
    answer = (_, response) => response.end(packed);
    await build([`ADD ${origin}/a.tar /`]);
    expect(files().map((line) => line.split(' ').at(-1))).toEqual(['a.tar']);
    await build([`ADD --unpack ${origin}/a.tar /`]);
    expect(files().map((line) => line.split(' ').at(-1))).toEqual(['in']);
  });

  it('asks again at each build, by the ETag, and makes the step anew where the content changed', async () => {
    const lines = [`ADD ${origin}/asked /`];
    await build(lines);
    answer = (_, response) => response.writeHead(304).end();
    expect((await build(lines)).stdout).toContain('Using cache');
    expect(asked).toEqual(['/asked', '/asked "1"']);
    answer = (_, response) => response.end('new\n');
    expect((await build(lines)).stdout).toContain(`Not from the cache: ${origin}/asked changed`);
    answer = (_, response) => response.setHeader('etag', '"3"').end('new\n');
    expect((await build(lines)).stdout).toContain('Using cache');
  });

  it('with --checksum asks no more once it is here, and refuses other content', async () => {
    const lines = (sum: string) => [`ADD --checksum=${sum} ${origin}/sum /`];
    expect((await build(lines(sha256('content\n')))).status).toBe(0);
    expect((await build(lines(sha256('content\n')), '--no-cache')).status).toBe(0);
    expect(asked).toEqual(['/sum']);
    expect(await build(lines(sha256('x')))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/Dockerfile:2: ADD failed: .*\/sum: digest mismatch: it has sha256:.*, and not /),
    });
    expect((await build(lines('sha256:1'))).stderr).toContain('Dockerfile:2: --checksum: "sha256:1" is no digest');
    expect((await build([`ADD --checksum=${sha256('')} Dockerfile /`])).stderr).toContain('non-HTTP(S) sources');
  });

  it('fetches anew what was damaged where it is kept', async () => {
    const lines = [`ADD --checksum=${sha256('content\n')} ${origin}/damaged /`];
    await build(lines);
    const [kept = ''] = fetched(`${origin}/damaged`);
    writeFileSync(kept, 'damaged');
    expect(await build(lines, '--no-cache')).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(kept, 'damaged');
    expect((await build(lines.map((line) => line.replace(/--\S+ /, '')))).stdout).toContain('Using cache');
    expect([asked, readFileSync(kept, 'utf8')]).toEqual([['/damaged', '/damaged', '/damaged'], 'content\n']);
  });

  it('takes what is kept, whole, where a new answer breaks off and the next is that nothing changed', async () => {
    const lines = [`ADD ${origin}/broken /`];
    await build(lines);
    answer = (_, response) =>
      asked.length === 2
        ? response.writeHead(200, { 'content-length': 9 }).write('new', () => response.destroy())
        : response.writeHead(304).end();
    expect(await build(lines)).toMatchObject({ status: 0, stdout: expect.stringContaining('Using cache') });
    expect(asked.length).toBe(3);
  });

  it('has the file that was asked for, though another build keeps another one meanwhile', async () => {
    const lines = [`ADD ${origin}/changing /`];
    await build(lines);
    const slow = [...lines, 'ADD Dockerfile /'];
    let other: Promise<{ status: number }> | undefined;
    answer = async (_, response) => {
      if (other) return response.end('new\n');
      other = build(lines, '-t', 'other');
      await other;
      response.writeHead(304).end();
    };
    expect(await build(slow)).toMatchObject({ status: 0, stdout: expect.stringContaining('Using cache') });
    expect((await other)?.status).toBe(0);
    expect(fetched(`${origin}/changing`).map((path) => readFileSync(path, 'utf8'))).toEqual(['new\n']);
  });

  it('follows redirections, with a password for its own host alone, and tries a busy server again', async () => {
    answer = ({ url }, response) =>
      url === '/from'
        ? response.writeHead(302, { location: `${origin.replace('127.0.0.1', 'localhost')}/to` }).end()
        : asked.filter((one) => one === '/to').length === 1
          ? response.writeHead(503, { 'retry-after': '0' }).end()
          : response.end('redirected');
    const { status, stderr } = await build([`ADD ${origin.replace('//', '//me:a%20b@')}/from /f`]);
    const basic = `Basic ${Buffer.from('me:a b').toString('base64')}`;
    expect(asked).toEqual([`/from ${basic}`, '/to', `/from ${basic}`, '/to']);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/^tslab: http.*\/from: 503; it is asked again in 0 s\n$/),
    ]);
  });

  it.each([
    ['ADD ORIGIN/none /', 404, 'ADD failed: ORIGIN/none: invalid response status 404 Not Found'],
    ['ADD http://127.0.0.1:1/x /', 200, 'ADD failed: http://127.0.0.1:1/x: nothing answers at 127.0.0.1:1'],
    ['ADD http://name.invalid/x /', 200, 'ADD failed: http://name.invalid/x: the host name.invalid is not found'],
    ['ADD http://me:a@b:99999/x /', 200, 'ADD of http://me:***@b:99999/x: that is no URL'],
    ['COPY ORIGIN/x /', 200, "source can't be a URL for COPY: ORIGIN/x"],
    ['ADD ORIGIN/x.git /', 200, 'ADD of ORIGIN/x.git: it is not fetched'],
    ['ADD ORIGIN/a ORIGIN/b /x', 200, 'When using COPY with more than one source file'],
  ])('%s is refused with its line', async (line, code, message) => {
    answer = (_, response) => response.writeHead(code).end('x'.repeat(9 << 20));
    const { status, stderr } = await build([line.replaceAll('ORIGIN', origin)]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`Dockerfile:2: ${message.replaceAll('ORIGIN', origin)}`),
    ]);
  });

  it('sends a password, also with a % that stands for itself, and has it in no history, error or file', async () => {
    const url = `${origin.replace('//', '//me:5%of@')}/percent`;
    const shown = url.replace('5%of', '***');
    const { status } = await build([`ADD ${url} /`]);
    expect([status, asked]).toEqual([0, [`/percent Basic ${Buffer.from('me:5%of').toString('base64')}`]]);
    const history = ['dist/bin/tslab.cjs', 'history', '--no-trunc', 'fetched'];
    expect(execFileSync(process.execPath, history, { encoding: 'utf8' })).toContain(`ADD ${shown} /`);
    expect(spawnSync('grep', ['-rlF', '5%of', join(here, 'state')], { encoding: 'utf8' }).stdout).toBe('');
    answer = (_, response) => response.writeHead(404).end();
    const { stderr } = await build([`ADD ${url} /`]);
    expect(stderr).toContain(`ADD failed: ${shown}: invalid response status 404 Not Found`);
    expect(stderr).toContain(`curl -LI ${shown}\n`);
  });

  it('refuses what is larger than the disk, before it is written', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': 2 ** 50 }).flushHeaders();
    const { stderr } = await build([`ADD ${origin}/huge /`]);
    expect(stderr).toMatch(/Dockerfile:2: ADD failed: .*\/huge: it has 1125899906842624 bytes, and there is room for/);
  });

  it('ends with 130 by Ctrl-C while a server is silent', async () => {
    const reached = new Promise<void>((resolve) => {
      answer = (_, response) => void response.write('some', () => resolve());
    });
    const built = build([`ADD ${origin}/silent /`]);
    await reached;
    builder.kill('SIGINT');
    expect((await built).status).toBe(130);
    server.closeAllConnections();
  });

  it('by https believes certificates of this machine alone', async (test) => {
    needs(test, 'openssl');
    const tls = selfSigned(here);
    const secure = createTlsServer(tls, (_, response) => response.end('secret'));
    const url = (await listening(secure)).replace('http:', 'https:');
    const { stderr } = await build([`ADD ${url}/s /`]);
    expect(stderr).toContain('is signed by nobody whom this machine trusts');
    expect(stderr).toContain(`at /etc/docker/certs.d/${new URL(url).host}/ca.crt\n`);
    process.env.SSL_CERT_FILE = join(here, 'ca.pem');
    writeFileSync(process.env.SSL_CERT_FILE, tls.cert);
    const { status } = await build([`ADD ${url}/s /`]);
    delete process.env.SSL_CERT_FILE;
    secure.close();
    expect(status).toBe(0);
  });

  it('is kept until builder prune', async () => {
    await build([`ADD ${origin}/kept /`]);
    expect(fetched(`${origin}/kept`).length).toBe(1);
    execFileSync(process.execPath, ['dist/bin/tslab.cjs', 'builder', 'prune', '-af']);
    expect(readdirSync(join(here, 'state/images/fetched'))).toEqual([]);
  });
});
