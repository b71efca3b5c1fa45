import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecrets } from '../../../src/cli/docker/build/secrets.js';
import { parseRunMount } from '../../../src/image/build/dockerfile/run-mounts.js';
import type { HostMount } from '../../../src/image/build/host.js';
import { cacheMount } from '../../../src/image/build/steps/cache-mount.js';
import type { Surroundings } from '../../../src/image/build/steps/here.js';
import { type Scratch, withScratch } from '../../../src/image/build/steps/scratch.js';
import { reveal } from '../../../src/image/build/steps/secret.js';
import { readKept } from '../../../src/image/layer/attributes.js';
import { call } from '../../../src/kernel/call.js';
import { lsetxattr } from '../../../src/kernel/calls/index.js';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-secrets-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));

function build(lines: readonly string[], ...options: string[]) {
  const context = mkdtempSync(join(here, 'context-'));
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  return spawnSync(process.execPath, ['dist/bin/tslab.cjs', 'build', ...options, context], {
    encoding: 'utf8',
    env: { ...process.env, TOKEN: 'the-token' },
  });
}

/** What of a mount's text is known beside it while a RUN runs. */
function around(more: Partial<Surroundings> = {}) {
  const told: string[] = [];
  const secrets = { files: new Map<string, Uint8Array>(), agents: new Map<string, string>() };
  const tell = (event: { readonly text?: string }) => told.push(event.text ?? '');
  const aborted = new AbortController().signal;
  return { told, surroundings: { secrets, tell, aborted, ...more } as unknown as Surroundings };
}

function mount<Type extends string>(type: Type, text: string) {
  return parseRunMount(`type=${type},${text}`, (path) => path) as Extract<
    ReturnType<typeof parseRunMount>,
    { type: Type }
  >;
}

describe('a secret of a build', () => {
  const LINES = [
    'FROM busybox',
    'RUN --mount=type=secret,id=file,mode=0440,uid=7 --mount=type=secret,id=token,env=T ls -ln /run/secrets; cat /run/secrets/file; echo $T',
    'RUN ls -A /run; echo "T is $T"',
  ];

  it('is a file, and a variable, of the RUN that names it alone; what is kept knows nothing of it', () => {
    writeFileSync(join(here, 'file'), 'the-secret\n');
    const { stdout, stderr } = build(
      LINES,
      '--secret',
      `id=file,src=${join(here, 'file')}`,
      '--secret',
      'id=token,env=TOKEN',
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^-r--r-----\s+1 7\s+0 .* file\nthe-secret\nthe-token\n/m);
    expect(stdout).toContain('\nT is \n');
    for (const secret of ['the-secret', 'the-token'])
      expect(spawnSync('grep', ['-rl', secret, join(here, 'state')], { encoding: 'utf8' }).stdout).toBe('');
    const found = spawnSync('find', [join(here, 'state/images/layers'), '-path', '*/run/?*'], { encoding: 'utf8' });
    expect(found.stdout).toBe('');
  });

  it('makes no step anew where it is another one', () => {
    writeFileSync(join(here, 'file'), 'another\n');
    const { stdout } = build(LINES, '--secret', `id=file,src=${join(here, 'file')}`, '--secret', 'id=token,env=TOKEN');
    expect(stdout.match(/Using cache/g)).toHaveLength(2);
  });

  it.each([
    [['id=x,src=/nowhere'], [], '/nowhere is no file'],
    [['id=x,env=NOT_SET'], [], 'the variable NOT_SET is not set'],
    [['src=/etc/passwd'], [], '--secret src=/etc/passwd has no id'],
    [['id=x,path=/a'], [], 'unexpected key "path" in --secret'],
    [[], ['a=/etc/passwd'], '/etc/passwd is no socket'],
  ])('is refused in words: %j', (secrets, agents, message) => {
    expect(() => readSecrets(secrets, agents)).toThrow(message);
  });

  it.each([
    ['secret,id=x', '--mount=type=secret: secret x was not given', 'tslab build --secret id=x,src=FILE'],
    ['ssh', '--mount=type=ssh: agent default was not given', 'tslab build --ssh default …'],
  ])('is missed where it has to be there: %s', (given, message, remedy) => {
    const { status, stderr } = build(['FROM busybox', `RUN --mount=type=${given},required true`]);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`Dockerfile:2: ${message}\n2 | RUN`)]);
    expect(stderr).toContain(remedy);
  });

  it('is told of where it was not given and need not be', async () => {
    const { told, surroundings } = around();
    const revealed = await withScratch((scratch) => reveal(mount('secret', 'id=x'), scratch, surroundings));
    expect([revealed, told]).toEqual([{ mounts: [], env: [] }, [expect.stringContaining('secret x was not given')]]);
  });
});

describe('the agent of a build', () => {
  it('is reached by a socket that is handed on, of the owner and the mode that are wanted', async () => {
    const agent = createServer((client) => client.pipe(client)).listen(join(here, 'agent'));
    const { surroundings } = around({
      secrets: { files: new Map(), agents: new Map([['default', join(here, 'agent')]]) },
    });
    let socket = '';
    await withScratch(async (scratch) => {
      const { mounts, env } = await reveal(mount('ssh', 'mode=0666,uid=7'), scratch, surroundings);
      socket = (mounts[0] as Extract<HostMount, { type: 'bind' }>).source;
      expect(env).toEqual(['SSH_AUTH_SOCK=/run/buildkit/ssh_agent']);
      const { mode, uid } = statSync(socket);
      expect([mode & 0o777, uid]).toEqual([0o666, process.geteuid?.() === 0 ? 7 : process.geteuid?.()]);
      const client = connect(socket).end('question');
      let answer = '';
      for await (const part of client) answer += part;
      expect(answer).toBe('question');
    });
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
    agent.close();
  });
});

describe('a cache of a build', () => {
  const take = (sharing: string, scratch: Scratch, surroundings: Surroundings) =>
    cacheMount(mount('cache', `target=/c,id=${sharing},sharing=${sharing}`), scratch, surroundings);
  const sourceOf = (one: HostMount) => (one.type === 'bind' ? one.source : '');

  it.each([
    ['shared', true],
    ['private', false],
  ])('that is %s: two at once have the same is %s', async (sharing, isSame) => {
    const { surroundings, told } = around();
    const sourceFor = async (scratch: Scratch) => sourceOf(await take(sharing, scratch, surroundings));
    await withScratch(async (scratch) => {
      const one = await sourceFor(scratch);
      expect(await sourceFor(scratch)).toBe(one);
      await withScratch(async (second) => expect((await sourceFor(second)) === one).toBe(isSame));
      scratch.end();
      await withScratch(async (third) => expect(await sourceFor(third)).toBe(one));
    });
    expect(told).toEqual([]);
  });

  it('that is locked is waited for, until whoever has it has ended, or the build is ended', async () => {
    const controller = new AbortController();
    const { surroundings, told } = around({ aborted: controller.signal });
    await withScratch(async (second) => {
      const waiting = withScratch(async (scratch) => {
        const one = await take('locked', scratch, surroundings);
        const other = take('locked', second, surroundings);
        await expect.poll(() => told).toEqual(['the cache locked is used by another RUN: this one waits for it']);
        return { one, other };
      });
      const { one, other } = await waiting;
      expect(sourceOf(await other)).toBe(sourceOf(one));
      expect(sourceOf(await take('locked', second, surroundings))).toBe(sourceOf(one));
      await withScratch(async (third) => {
        const last = take('locked', third, surroundings);
        controller.abort();
        await expect(last).rejects.toThrow('aborted');
      });
    });
  });
});

/** cap_net_raw=ep (capability.h, vfs_cap_data of revision 2). */
const CAPABILITY = new Uint8Array(Buffer.from('0100000200200000000000000000000000000000', 'hex'));

describe.skipIf(process.geteuid?.() !== 0)('COPY and ADD (skipped without root)', () => {
  it('keep what is one file as one, and what a program may do; here-documents are files; xz and bzip2 are unpacked', () => {
    const context = mkdtempSync(join(here, 'context-'));
    const script = `cd ${context} && mkdir d && echo a >d/a && ln d/a d/b && echo b >d/able && tar cJf x d/a && tar cjf y d/b`;
    execFileSync('sh', ['-c', script]);
    call(lsetxattr(join(context, 'd/able'), 'security.capability', CAPABILITY));
    const lines = [
      ...[
        'FROM busybox',
        'ARG WHO=me',
        'COPY d /d',
        'ADD x y /un/',
        'COPY --chmod=700 <<EOF /here/',
        'for "$WHO"',
        'EOF',
      ],
      ...[
        'COPY --from=0 /d/a /d/b /again/',
        'RUN <<E',
        'cd /',
        'stat -c "%h %n" d/a again/b un/d/*',
        'cat here/EOF',
        'E',
      ],
    ];
    lines.unshift('FROM busybox AS zero', 'COPY d /d');
    writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
    const built = spawnSync(process.execPath, ['dist/bin/tslab.cjs', 'build', context], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
    expect(built.stdout).toContain('\n2 d/a\n2 again/b\n1 un/d/a\n1 un/d/b\nfor "me"\n');
    const layers = join(here, 'state/images/layers');
    const found = readdirSync(layers)
      .map((layer) => join(layers, layer, 'diff/d/able'))
      .filter(existsSync);
    expect(readKept(found[0] as string, 'theirs')).toEqual(new Map([['security.capability', CAPABILITY]]));
  });
});
