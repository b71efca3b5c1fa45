import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { needs, ORDINARY_USER } from '../support/needs.js';
import { processesOf, startServer, useServer, whole } from './serve-support.js';
import { leftSince, tslab } from './tslab.js';

const used = useServer();
const SOON = { timeout: 60_000, interval: 50 };

describe('tslab serve lets in', () => {
  it('who knows the token: it goes on to the page, where nobody else gets it, and the cookie is another secret', async () => {
    const { status, headers } = await whole(await used.server.send('GET', `/${used.server.url.search}`));
    expect([status, headers.location]).toEqual([303, `/${used.server.url.search.replace('?', '#')}`]);
    expect(headers['set-cookie']).toEqual([`${used.server.cookie}; Path=/; HttpOnly; SameSite=Strict`]);
    expect(used.server.cookie).not.toContain(used.server.url.searchParams.get('token'));
  });

  it('nobody to run a lab with the cookie, which browsers send to other servers of this machine too', async () => {
    const { cookie, origin, authorization } = used.server;
    const wish = JSON.stringify({ lab: '01-pid-namespace', language: 'en', runTo: 'clone' });
    const session = cookie.replace(/.*=/, '');
    for (const wrong of [
      undefined,
      `Bearer ${session}`,
      'Bearer ',
      'Bearer x',
      authorization.replace('Bearer', 'Basic'),
    ]) {
      const headers = { cookie, origin, ...(wrong && { authorization: wrong }) };
      for (const path of ['/runs', '/runs/x/stop', '/read/01-pid-namespace'])
        expect([wrong, (await whole(await used.server.send('POST', path, headers, wish))).status]).toEqual([
          wrong,
          403,
        ]);
    }
    expect((await whole(await used.server.send('GET', `/?token=${session}`))).headers['set-cookie']).toBe(undefined);
    expect(used.server.runs).toEqual([]);
  });

  it('no further than to itself', async () => {
    const { token } = Object.fromEntries(used.server.url.searchParams);
    const { headers } = await whole(await used.server.send('GET', `//evil.example/?a=b&token=${token}`));
    expect(headers.location).toBe(`/evil.example/?a=b#token=${token}`);
  });

  it('who has the cookie, by both names of this machine', async () => {
    const { cookie, url } = used.server;
    for (const host of [`127.0.0.1:${url.port}`, `localhost:${url.port}`])
      expect((await used.server.send('GET', '/en/index.html', { cookie, host })).statusCode).toBe(200);
  });

  it.each(['', '?token=', '?token=guess', '?TOKEN=x'])(
    'nobody else, nowhere, and says what would help (%s)',
    async (query) => {
      for (const path of ['/', '/en/01-pid-namespace.html', '/lesson.js', '/style.css', '/runs', '/nothing']) {
        const { status, headers, text } = await whole(await used.server.send('GET', path + query));
        expect([path, status, headers['set-cookie']]).toEqual([path, 403, undefined]);
        expect(text).toContain('Open the whole address that tslab serve has printed');
      }
    },
  );

  it('nobody with the cookie of another server', async () => {
    const cookie = `tslab-${used.server.url.port}=${'x'.repeat(32)}; ${used.server.cookie.replace(/\d+/, '1')}`;
    expect((await used.server.send('GET', '/en/index.html', { cookie })).statusCode).toBe(403);
  });

  it('no page of another name for this machine, even with the cookie (DNS rebinding)', async () => {
    const { cookie, url } = used.server;
    const host = `evil.example:${url.port}`;
    const { status, text } = await whole(await used.server.send('GET', '/en/index.html', { cookie, host }));
    expect([status, text]).toEqual([403, expect.stringContaining('to no other name or port')]);
  });

  it.each([undefined, 'http://evil.example', 'http://127.0.0.1:1', 'null'])(
    'no run from a page of %s',
    async (origin) => {
      const { cookie, authorization } = used.server;
      const headers = { cookie, authorization, ...(origin && { origin }) };
      const body = JSON.stringify({ lab: '01-pid-namespace', language: 'en' });
      const { status, text } = await whole(await used.server.send('POST', '/runs', headers, body));
      expect([status, text]).toEqual([403, expect.stringContaining('Only the pages of this server')]);
      expect(used.server.runs).toEqual([]);
    },
  );

  it('nobody from another machine', () => {
    const port = Number(used.server.url.port).toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    const ours = listening
      .filter((line) => / 0A /.test(line))
      .flatMap((line) => line.match(`(\\S+):${port} `)?.[1] ?? []);
    expect(ours).toEqual(['0100007F']);
  });
});

describe('what tslab serve sends', () => {
  it.each(['/en/index.html', '/en/01-pid-namespace.html', '/lesson.js', '/style.css', '/nothing', '/xx/index.html'])(
    'is protected and kept nowhere: %s',
    async (path) => {
      const { status, headers, text } = await whole(await used.server.ask('GET', path));
      expect(status).toBe(/nothing|xx/.test(path) ? 404 : 200);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(text).not.toMatch(/<style|<script(?![^>]* src=)| style="| on[a-z]+="/);
    },
  );

  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/tsconfig.json',
    '/en/..%2f..%2fpackage.html',
    '/en/../lesson.ts',
  ])('is a page or a script of its own, and no file: %s', async (path) => {
    expect((await whole(await used.server.ask('GET', path))).status).toBe(404);
  });

  it('is a lesson as it was read, for whoever lists them', async () => {
    expect((await used.server.ask('POST', '/read/01-pid-namespace')).statusCode).toBe(204);
    expect((await used.server.ask('POST', '/read/nothing')).statusCode).toBe(404);
    expect((await used.server.ask('POST', '/read/02-rootfs/pivot')).statusCode).toBe(204);
    expect((await used.server.ask('POST', '/read/02-rootfs/nothing')).statusCode).toBe(404);
    const { text } = await whole(await used.server.ask('GET', '/en/index.html'));
    expect(text).toMatch(/data-progress="01-pid-namespace">[^/]*<span[^>]*>◐/);
  });
});

describe('a run', () => {
  it('is told piece by piece, each with its step, until the lab has ended', async () => {
    const run = await used.server.run('01-pid-namespace');
    expect(await run.end()).toEqual({ type: 'ended', status: 'held' });
    const pieces = run.told.flatMap((message) => (message.type === 'fragment' ? [message] : []));
    const steps = [...new Set(pieces.map(({ step }) => step))];
    expect(steps.slice(0, 4)).toEqual([undefined, 'clone', 'clone-newpid', 'old-proc']);
    expect(steps.at(-1)).toBe('host');
    expect(pieces.find(({ kind }) => kind === 'check')?.html).toContain('data-held="true"');
    await expect.poll(() => used.server.runs, SOON).toEqual([]);
  });

  it('leaves steps out', async () => {
    const run = await used.server.run('01-pid-namespace', { skip: ['mount-proc'] });
    expect(await run.end()).toEqual({ type: 'ended', status: 'failed' });
    expect(run.told).toContainEqual(
      expect.objectContaining({ kind: 'end', html: expect.stringContaining('mount-proc') }),
    );
  });

  it('goes to the end of a step, and shows the host', async () => {
    const run = await used.server.run('01-pid-namespace', { runTo: 'clone-newpid' });
    expect(await run.end()).toEqual({ type: 'ended', status: 'stopped' });
    const steps = run.told.flatMap((message) => (message.type === 'fragment' ? [message.step] : []));
    expect([...new Set(steps)]).toEqual([undefined, 'clone', 'clone-newpid', 'host']);
    expect(run.told.at(-2)).toMatchObject({
      kind: 'check',
      step: 'host',
      html: expect.stringContaining('data-held="true"'),
    });
  });

  it('speaks the language of the page', async () => {
    const run = await used.server.run('01-pid-namespace', { language: 'zh', runTo: 'clone' });
    await run.end();
    expect(JSON.stringify(run.told)).toContain('控制组');
  });

  it('is refused in the language of the page', async () => {
    const { authorization, origin } = used.server;
    const headers = { authorization, origin, 'accept-language': 'zh' };
    const asked = await used.server.send('POST', '/runs', headers, JSON.stringify({ lab: 'nothing', language: 'zh' }));
    expect(JSON.parse((await whole(asked)).text)).toMatchObject({
      message: '没有实验 "nothing"',
      remedy: expect.stringMatching(/^有这些：01-pid-namespace, /),
    });
  });

  it.each([
    [{ lab: 'nothing' }, 'there is no lab \\"nothing\\"'],
    [{ options: { quota: '0' } }, 'with no CPU time at all nothing could run'],
    [{ options: { rootfs: '/' } }, 'has no option \\"rootfs\\"'],
    [{ skip: ['nothing'] }, 'has no step \\"nothing\\" that can be skipped'],
    [{ runTo: 'nothing' }, 'has no step \\"nothing\\"'],
  ])('of %j is refused, and nothing is started', async (wish, message) => {
    const { status, text } = await whole(
      await used.server.ask('POST', '/runs', { lab: '03-cgroups', language: 'en', ...wish }),
    );
    expect([status, text]).toEqual([400, expect.stringContaining(message)]);
    expect(JSON.parse(text)).toMatchObject({ type: 'refused', remedy: expect.any(String) });
    expect(used.server.runs).toEqual([]);
  });

  it('whose process is killed says so', async () => {
    const run = await used.server.run('03-cgroups');
    await run.untilStep('cpu-quota');
    const [pid = 0] = used.server.runs;
    process.kill(pid, 'SIGKILL');
    expect(await run.end()).toEqual({ type: 'refused', message: 'The process of the lab was killed: SIGKILL.' });
    await (await used.server.run('03-cgroups', { runTo: 'join' })).end(); // which sweeps
    await expect.poll(() => processesOf(pid), SOON).toEqual([]);
  });

  it('that the state directory stands in the way of says what to do', async () => {
    const server = await ownServer([], { TSLAB_STATE: '/proc/tslab' });
    const run = await server.run('01-pid-namespace');
    expect(await run.end()).toEqual({ type: 'ended', status: 'impossible' });
    expect(JSON.stringify(run.told)).toContain('The state of tslab cannot be kept in /proc/tslab');
    expect((await server.ask('POST', '/read/01-pid-namespace')).statusCode).toBe(204);
  });

  it('needs a body that is JSON, and not a large one', async () => {
    const { authorization, origin } = used.server;
    const headers = { authorization, origin };
    expect((await whole(await used.server.send('POST', '/runs', headers, 'lab=01'))).text).toContain('is not JSON');
    expect((await whole(await used.server.send('POST', '/runs', headers, 'x'.repeat(20_000)))).text).toContain(
      'is larger',
    );
  });
});

describe('runs of the same lab', () => {
  it('go one after the other, and the page is told how many come first', async () => {
    const first = await used.server.run('03-cgroups');
    await first.untilStep('cpu-quota');
    const second = await used.server.run('03-cgroups', { runTo: 'join' });
    expect(await second.until(() => true)).toMatchObject({ type: 'waiting', before: 1 });
    const other = await used.server.run('01-pid-namespace', { runTo: 'clone' });
    expect(await other.end()).toEqual({ type: 'ended', status: 'stopped' }); // another lab need not wait
    await used.server.ask('POST', `/runs/${first.id}/stop`);
    expect(await first.end()).toEqual({ type: 'ended', status: 'stopped' });
    expect(await second.end()).toEqual({ type: 'ended', status: 'stopped' });
    expect(second.told.map(({ type }) => type)).toContain('started');
  });

  it('are refused where five wait already: a browser would have no connection left', async () => {
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => used.server.run('03-cgroups')));
    const { status, text } = await whole(await used.server.ask('POST', '/runs', { lab: '02-rootfs', language: 'en' }));
    expect([status, text]).toEqual([400, expect.stringContaining('5 runs go on or wait')]);
    for (const run of runs) run.close();
    await expect.poll(() => used.server.runs, SOON).toEqual([]);
  });

  it('that wait can be stopped', async () => {
    const first = await used.server.run('03-cgroups');
    await first.until(({ type }) => type === 'started');
    const second = await used.server.run('03-cgroups');
    await second.until(({ type }) => type === 'waiting');
    expect((await used.server.ask('POST', `/runs/${second.id}/stop`)).statusCode).toBe(204);
    expect(await second.end()).toEqual({ type: 'ended', status: 'stopped' });
    expect(second.told.map(({ type }) => type)).not.toContain('started');
    first.close();
    await expect.poll(() => used.server.runs, SOON).toEqual([]);
    expect((await used.server.ask('POST', `/runs/${second.id}/stop`)).statusCode).toBe(404);
  });
});

describe('a run ends, and leaves no process, no cgroup, no mount', () => {
  it.each([
    ['01-pid-namespace', 'orphans'],
    ['03-cgroups', 'cpu-quota'],
    ['03-cgroups', 'memory-limit'],
    ['12-runtime', 'exec'],
  ])('when its page goes away: %s at %s', async (lab, step) => {
    const before = takeSnapshot();
    const run = await used.server.run(lab);
    await run.untilStep(step);
    const [pid = 0] = used.server.runs;
    run.close();
    await expect.poll(() => processesOf(pid), SOON).toEqual([]);
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
  });

  it('when its page goes away before the server has answered', async () => {
    const before = takeSnapshot();
    await used.server.askAndLeave('/runs', { lab: '03-cgroups', language: 'en' });
    const next = await used.server.run('03-cgroups', { runTo: 'join' });
    expect(await next.end()).toEqual({ type: 'ended', status: 'stopped' }); // its turn has come
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
  });

  it('when it is stopped: what the lab says of the host is told', async () => {
    const before = takeSnapshot();
    const run = await used.server.run('03-cgroups');
    await run.untilStep('cpu-quota');
    await used.server.ask('POST', `/runs/${run.id}/stop`);
    expect(await run.end()).toEqual({ type: 'ended', status: 'stopped' });
    expect(run.told.at(-2)).toMatchObject({
      kind: 'check',
      step: 'host',
      html: expect.stringContaining('data-held="true"'),
    });
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGKILL'] as const)('when the server gets %s', async (signal) => {
    const before = takeSnapshot();
    const server = await ownServer();
    const run = await server.run('03-cgroups');
    await run.untilStep('cpu-quota');
    const [pid = 0] = server.runs;
    expect(processesOf(pid)).toContain(pid);
    server.kill(signal);
    expect(await server.ended()).toBe({ SIGTERM: 143, SIGHUP: 129, SIGINT: 130, SIGKILL: null }[signal]);
    await expect.poll(() => processesOf(pid), SOON).toEqual([]);
    expect(leftSince(before)).toEqual([]);
  });

  it('when Ctrl-C is pressed in the terminal of the server', async () => {
    const before = takeSnapshot();
    const server = await ownServer();
    const run = await server.run('03-cgroups');
    await run.untilStep('cpu-quota');
    server.interrupt();
    expect(await run.end()).toEqual({ type: 'ended', status: 'stopped' });
    expect(run.told.at(-2)).toMatchObject({
      kind: 'check',
      step: 'host',
      html: expect.stringContaining('data-held="true"'),
    });
    expect([await server.ended(), leftSince(before)]).toEqual([130, []]);
  });
});

describe('tslab serve --open', () => {
  it('gives the browser an address that works once, since others can read the command line', async () => {
    const { directory, opened } = fakeBrowser('echo "$1"');
    const server = await ownServer(['--open'], { PATH: `${directory}:${process.env.PATH}` });
    const { pathname, search } = new URL(await opened());
    expect(search).not.toBe(server.url.search);
    expect((await whole(await server.send('GET', pathname + search))).headers['set-cookie']).toHaveLength(1);
    expect((await whole(await server.send('GET', pathname + search))).status).toBe(403);
  });

  it('lets nobody in with that address but the user of the browser, however fast', async (test) => {
    needs(test, 'root');
    const { directory, opened } = fakeBrowser('echo "$1"');
    const server = await ownServer(['--open'], { PATH: `${directory}:${process.env.PATH}` });
    const address = await opened();
    const { stdout } = spawnSync('bash', ['-c', GET, 'bash', ...addressOf(address)], {
      ...ORDINARY_USER,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^HTTP\/1.1 403/);
    const { pathname, search } = new URL(address);
    expect((await whole(await server.send('GET', pathname + search))).status).toBe(303);
  });
});

describe('tslab serve --lang', () => {
  it('begins with the lessons in that language', async () => {
    const server = await ownServer(['--lang', 'zh']);
    expect((await whole(await server.ask('GET', '/'))).headers.location).toBe('/zh/index.html');
    expect((await whole(await server.send('GET', '/'))).text).toContain('令牌');
  });

  it('is refused where there are none', () => {
    const { status, stderr } = tslab(['serve', '--lang', 'fr']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('There are: en, zh.')]);
  });
});

describe('tslab serve tells what is wrong', () => {
  it('with a port that is taken, and what to do', () => {
    const { port } = used.server.url;
    const { status, stderr } = tslab(['serve', '--port', port]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`port ${port} is taken`)]);
    expect(stderr).toContain('--port 0');
  });

  it('with a port that is none', () => {
    expect(tslab(['serve', '--port', '70000'])).toMatchObject({ status: 2, stdout: '' });
  });
});

/** A request by bash, which any user has. */
const GET =
  'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "GET %s HTTP/1.1\\r\\nHost: 127.0.0.1:$1\\r\\nConnection: close\\r\\n\\r\\n" "$2" >&3; cat <&3';

function addressOf(url: string): string[] {
  const { port, pathname, search } = new URL(url);
  return [port, pathname + search];
}

/** A server that the test ends itself. */
async function ownServer(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const server = await startServer(temporary(), words, env);
  onTestFinished(() => server.kill('SIGKILL'));
  return server;
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-serve-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A directory for the PATH with an xdg-open that does this, and what that prints. */
function fakeBrowser(command: string) {
  const directory = temporary();
  const output = join(directory, 'output');
  writeFileSync(
    join(directory, 'xdg-open'),
    `#!/bin/sh\n{ ${command}; } >${output}.new; mv ${output}.new ${output}\n`,
    { mode: 0o755 },
  );
  const opened = async () => {
    await expect.poll(() => existsSync(output), SOON).toBe(true);
    return readFileSync(output, 'utf8').trim();
  };
  return { directory, opened };
}
