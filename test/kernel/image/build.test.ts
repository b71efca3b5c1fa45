import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, member } from '../../support/layers/raw-tar.js';

let here = '';
let context = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-build-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));
beforeEach(() => {
  context = mkdtempSync(join(here, 'context-'));
});

/** Puts files into the context. */
function files(all: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(context, name)), { recursive: true });
    writeFileSync(join(context, name), content);
  }
}

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
}

/** Builds these lines as `made`; what was printed. */
function build(lines: readonly string[], ...options: string[]): string {
  files({ Dockerfile: `${lines.join('\n')}\n` });
  return tslab('build', '-t', 'made', ...options, context);
}

function failedBuild(lines: readonly string[], ...options: string[]) {
  files({ Dockerfile: `${lines.join('\n')}\n` });
  return spawnSync(process.execPath, ['dist/bin/tslab.cjs', 'build', ...options, context], { encoding: 'utf8' });
}

function blob(digest: string): string {
  return join(here, 'state/images/blobs', digest.replace(':', '/'));
}

/** The config of an image as its bytes say, and its layers' archives, the lowest first. */
function read(name = 'made') {
  const index = JSON.parse(readFileSync(join(here, 'state/images/index.json'), 'utf8'));
  const isNamed = (one: { annotations?: Record<string, string> }) =>
    one.annotations?.['org.opencontainers.image.ref.name'] === `docker.io/library/${name}:latest`;
  const manifest = JSON.parse(readFileSync(blob(index.manifests.find(isNamed).digest), 'utf8'));
  const config = JSON.parse(readFileSync(blob(manifest.config.digest), 'utf8'));
  return {
    config,
    id: manifest.config.digest,
    layers: manifest.layers.map((one: { digest: string }) => blob(one.digest)),
  };
}

/** Mode, owner and name of the members of the topmost layer, as GNU tar reads it. */
function topmost(): string[] {
  const list = execFileSync('tar', ['tvf', read().layers.at(-1), '--numeric-owner'], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +\d+ \d{4}-\d\d-\d\d \d\d:\d\d/, ''));
}

describe('instructions, by the bytes of the image', () => {
  it('settings stand in the config, variables put in', () => {
    build([
      'FROM busybox',
      'ARG V=1',
      'ENV A=1 B=x$V',
      'ENV A=2 C=$A',
      'ENV OLD the form $B',
      'LABEL l="two words" m=$V',
      'EXPOSE 80 53/udp',
      'VOLUME /data',
      'USER 7:8',
      'STOPSIGNAL SIGINT',
      'HEALTHCHECK --interval=5s --retries=2 CMD test -e /x',
      'ENTRYPOINT ["echo"]',
      'CMD ["a"]',
    ]);
    expect(read().config.config).toMatchObject({
      Env: [expect.stringMatching(/^PATH=/), 'A=2', 'B=x1', 'C=1', 'OLD=the form x1'],
      Labels: { l: 'two words', m: '1' },
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      Volumes: { '/data': {} },
      User: '7:8',
      StopSignal: 'SIGINT',
      Healthcheck: { Test: ['CMD-SHELL', 'test -e /x'], Interval: 5e9, Retries: 2 },
      Entrypoint: ['echo'],
      Cmd: ['a'],
    });
    expect(tslab('run', '--rm', '--network', 'none', '-u', '0', 'made', 'b')).toBe('b\n');
  });

  it('COPY makes a layer of files, root’s, with the mode of the context', () => {
    files({ 'a/b': 'b', 'a/c.log': '', d: 'd', '.dockerignore': '**/*.log\n' });
    execFileSync('chmod', ['4750', join(context, 'd')]);
    build(['FROM busybox', 'COPY a d /x/y/']);
    expect(topmost()).toEqual([
      'drwxr-xr-x 0/0 x/',
      'drwxr-xr-x 0/0 x/y/',
      '-rw-r--r-- 0/0 x/y/b',
      '-rwsr-x--- 0/0 x/y/d',
    ]);
    build(['FROM busybox', 'RUN echo "u:x:5:6::/:" >> /etc/passwd', 'COPY --chown=u --chmod=600 d /e']);
    expect(topmost()).toEqual(['-rw------- 5/6 e']);
  });

  it('COPY follows a link of the image inside, and never out', () => {
    files({ f: 'f' });
    build([
      'FROM busybox',
      'RUN mkdir -p /real && ln -s /real /link && ln -s ../../../../../../tmp /up',
      'COPY f /link/',
      'COPY f /up/',
    ]);
    expect(topmost().at(-1)).toBe('-rw-r--r-- 0/0 tmp/f');
    expect(tslab('run', '--rm', '--network', 'none', 'made', 'ls', '/real', '/tmp')).toBe('/real:\nf\n\n/tmp:\nf\n');
    expect(readdirSync(tmpdir())).not.toContain('f');
  });

  it('ADD unpacks an archive, but no hostile one', () => {
    const good = archive(member({ name: 'in/a', content: 'a' }), member({ name: 'in/l', type: '2', link: '/etc' }));
    const bad = archive(member({ name: '../../outside', content: 'x' }));
    files({ 'good.tar': Buffer.from(good), 'bad.tar': Buffer.from(bad) });
    execFileSync('gzip', ['-k', join(context, 'good.tar')]);
    build(['FROM busybox', 'ADD good.tar.gz /opt/']);
    expect(topmost().map((line) => line.split(' ').slice(2).join(' '))).toEqual([
      'opt/',
      'opt/in/',
      'opt/in/a',
      'opt/in/l -> /etc',
    ]);
    const { stderr, status } = failedBuild(['FROM busybox', 'ADD bad.tar /opt/']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/Dockerfile:2: the layer's .*goes up, out of its directory/),
    ]);
  });

  it('RUN keeps what it changed, and nothing of what was mounted', () => {
    files({ in: 'in' });
    build([
      'FROM busybox',
      'RUN --mount=type=cache,target=/cache --mount=type=bind,source=in,target=/in --mount=type=tmpfs,target=/t \\',
      '  cat /in > /out && touch /cache/c /t/t && rm /etc/group && ! touch /in',
    ]);
    expect(topmost().map((line) => line.split(' ')[2])).toEqual(['etc/', 'etc/.wh.group', 'out']);
    build(['FROM busybox', 'RUN --mount=type=cache,target=/cache ls /cache > /kept']);
    expect(tslab('run', '--rm', '--network', 'none', 'made', 'cat', '/kept')).toBe('c\n');
  });

  it.each(['SIGRTMIN+3', 'rtmin+3', '37'])('STOPSIGNAL %s is what stop sends', (signal) => {
    build(['FROM busybox', `STOPSIGNAL ${signal}`, `CMD trap 'exit 7' 37; echo ready; while :; do sleep 0.1; done`]);
    const id = tslab('run', '-d', '--network', 'none', 'made').trim();
    while (tslab('logs', id) !== 'ready\n');
    tslab('stop', id);
    expect(tslab('wait', id)).toBe('7\n');
    tslab('rm', id);
  });

  it('WORKDIR is the user’s, and RUN runs as that user there', () => {
    build(['FROM busybox', 'USER 7:8', 'WORKDIR /a/b', 'RUN id -u > id && pwd >> id']);
    expect(topmost().map((line) => line.split(' ').slice(1).join(' '))).toEqual(['7/8 a/', '7/8 a/b/', '7/8 a/b/id']);
    expect(tslab('run', '--rm', '--network', 'none', 'made', 'cat', 'id')).toBe('7\n/a/b\n');
  });
});

const APP = [
  'FROM busybox',
  'COPY lib /lib2',
  'RUN echo 1 > /one',
  'COPY app.js /app/',
  'RUN cat /app/app.js > /copy',
  'CMD cat /copy',
];

describe('a second build', () => {
  it('makes nothing, and is the same image', () => {
    files({ 'app.js': 'one\n', 'lib/l': 'l' });
    build(APP);
    const first = { id: read().id, blobs: readdirSync(join(here, 'state/images/blobs/sha256')).sort() };
    const printed = build(APP);
    expect(printed.match(/Using cache/g)).toHaveLength(5);
    expect(printed).not.toContain('Not from the cache');
    expect({ id: read().id, blobs: readdirSync(join(here, 'state/images/blobs/sha256')).sort() }).toEqual(first);
  });

  it('goes by content and not by time, and says what changed', () => {
    files({ 'app.js': 'one\n', 'lib/l': 'l' });
    build(APP);
    const before = read().layers;
    files({ 'app.js': 'two\n', 'lib/l': 'l' });
    const printed = build(APP);
    expect(printed.match(/Using cache/g)).toHaveLength(2);
    expect(printed).toContain('Not from the cache: app.js changed');
    expect(read().layers.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(read().layers[3]).not.toEqual(before[3]);
    expect(tslab('run', '--rm', '--network', 'none', 'made')).toBe('two\n');
  });

  it('makes all anew with --no-cache, with the same bytes by SOURCE_DATE_EPOCH', () => {
    process.env.SOURCE_DATE_EPOCH = '1000000000';
    try {
      files({ 'app.js': 'one\n', 'lib/l': 'l' });
      build(APP, '--no-cache');
      const { id, config } = read();
      expect(build(APP, '--no-cache')).not.toContain('Using cache');
      expect(read().id).toBe(id);
      expect(config.created).toBe('2001-09-09T01:46:40.000Z');
      expect(execFileSync('tar', ['tvf', read().layers.at(-1)], { encoding: 'utf8' })).toContain(' copy');
    } finally {
      delete process.env.SOURCE_DATE_EPOCH;
    }
  });

  it('depends on an ARG from its declaration on', () => {
    const lines = ['FROM busybox', 'RUN echo a', 'ARG V', 'RUN echo $V > /v', 'CMD cat /v'];
    build(lines, '--build-arg', 'V=1');
    const printed = build(lines, '--build-arg', 'V=2');
    expect(printed).toContain('Not from the cache: ARG V changed');
    expect(printed.match(/Using cache/g)).toHaveLength(1);
    expect(tslab('run', '--rm', '--network', 'none', 'made')).toBe('2\n');
  });
});

describe('a build that fails', () => {
  it.each([
    [['FROM busybox', 'COPY ../x /'], 'Dockerfile:2: COPY failed: forbidden path outside the build context: ../x'],
    [
      ['FROM busybox', 'COPY ap.js /'],
      'Dockerfile:2: COPY failed: file not found: ap.js in the build context\n2 | COPY ap.js /\nDid you mean app.js?',
    ],
    [
      ['FROM busybox', 'COPY leading-out /'],
      'not found: leading-out in the build context\n2 | COPY leading-out /\nIt is a link to /etc/passwd, which is not there',
    ],
    [['FROM busybox', 'COPY *.py /'], 'no file matches *.py'],
    [
      ['FROM busybox', 'COPY secret /'],
      'COPY failed: secret is hidden by .dockerignore\n2 | COPY secret /\nIts line "secret"',
    ],
    [['FROM busybox', 'COPY --from=9 a b'], 'invalid from flag value 9'],
    [['FROM localhost:1/nothere', 'RUN x'], 'Dockerfile:1: '],
    [['FROM busybox', 'RUN exit 3'], 'Dockerfile:2: RUN exited with 3\n2 | RUN exit 3\n'],
    [
      ['FROM busybox', 'COPY crlf.sh /', 'RUN /crlf.sh'],
      'Dockerfile:3: RUN exited with 127\n3 | RUN /crlf.sh\n/crlf.sh has lines that end as on Windows',
    ],
    [['FROM busybox', 'COPY --chown=nobodyknows app.js /'], 'Dockerfile:2: '],
    [['FROM busybox', 'COPY $NOTHING /x'], 'Dockerfile:2: COPY has no source: $NOTHING is empty here'],
    [['FROM busybox', 'RUN --mount=type=secret x'], '--mount=type=secret has no id'],
    [['RUN x'], 'no build stage in current context'],
    [['FROM busybox', 'COPY app.js /bin/sh/'], 'cannot copy to non-directory'],
    [['FROM busybox', 'COPY [a, /b]'], 'Dockerfile:2: syntax error in pattern, at "[a,"'],
    [['FROM scratch', 'RUN ls'], 'Dockerfile:2: RUN exited with 127: exec: "/bin/sh"'],
    [['FROM scratch', 'RUN ls'], 'The image is empty, FROM scratch: only COPY and ADD bring something into it.'],
    [
      ['FROM scratch AS none', 'FROM busybox', 'COPY --from=none /x /'],
      'Dockerfile:3: COPY failed: file not found: /x there',
    ],
    [
      ['FROM busybox', 'COPY --chmod=755 <<E /x', 'echo', 'E', 'RUN ["/x"]'],
      'Dockerfile:5: RUN exited with 126: exec: "/x"',
    ],
    [
      ['FROM busybox', 'COPY --chmod=755 <<E /x', 'echo', 'E', 'RUN ["/x"]'],
      'exec format error: it is a program of another',
    ],
    [
      ['FROM busybox', 'ARG S=TRM', 'STOPSIGNAL $S'],
      'Dockerfile:3: invalid signal: TRM\n3 | STOPSIGNAL $S\nDid you mean SIGTERM?',
    ],
    [['FROM busybox', 'STOPSIGNAL 65'], 'invalid signal: 65\n2 | STOPSIGNAL 65\nA name such as SIGTERM or SIGRTMIN+3'],
    [['FROM busybox', "CMD ['a']", 'RUN false'], `CMD ['a'] is no JSON: a shell gets it (words are in ")`],
  ])('%j says why', (lines, message) => {
    files({ 'app.js': '', secret: '', '.dockerignore': 'secret\n', 'crlf.sh': '#!/bin/sh\r\necho\r\n' });
    execFileSync('chmod', ['+x', join(context, 'crlf.sh')]);
    symlinkSync('/etc/passwd', join(context, 'leading-out'));
    const { stderr, status } = failedBuild(lines);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
    expect(readdirSync(join(here, 'state/containers'))).toEqual([]);
    expect(readdirSync(join(here, 'state/images/ingest'))).toEqual([]);
  });

  it('is told in a line of its own, whatever the step printed', () => {
    const lines = ['FROM busybox', "RUN printf '\\rhalf'", 'RUN printf half; exit 1'];
    expect(failedBuild(lines).stdout).toMatch(/\n\rhalf\nStep 3.*half\n$/s);
    expect(failedBuild(lines, '-q').stderr).toMatch(/^half\nError: Dockerfile:3: RUN exited with 1\n/);
  });

  it('says which contexts and files are not read', () => {
    const failed = (...words: string[]) =>
      spawnSync(process.execPath, ['dist/bin/tslab.cjs', 'build', ...words], { encoding: 'utf8' }).stderr;
    expect(failed('-f', '-', '-')).toContain("can't use stdin for both build context and dockerfile");
    expect(failed('https://example.org/x.git')).toContain('is not fetched');
    expect(failed(join(context, 'none'))).toContain('not found');
    expect(failed(context)).toContain('failed to read dockerfile');
    files({ Dockerfile: 'FROM busybox\n' });
    expect(failed('--target', 'x', context)).toContain('target stage "x" could not be found');
    expect(failed('-t', 'Capital', context)).toContain('repository name must be lowercase');
  });
});

describe('what builds keep', () => {
  it('is removed by image prune -a, and by builder prune, which leaves images', () => {
    build(['FROM busybox', 'RUN --mount=type=cache,target=/cache touch /cache/c /x']);
    const kept = () => ['build-cache', 'cache-mounts'].flatMap((name) => readdirSync(join(here, 'state/images', name)));
    expect(kept().length).toBeGreaterThan(1);
    tslab('image', 'prune', '-af');
    expect(kept()).toEqual([]);
    expect(build(['FROM busybox', 'RUN --mount=type=cache,target=/cache ls /cache > /x'])).not.toContain('Using cache');
    expect(tslab('builder', 'prune', '-af')).toMatch(/^Total:\t[1-9][\d.]*k?B\n$/);
    expect(kept()).toEqual([]);
    expect(tslab('run', '--rm', '--network', 'none', 'made', 'cat', '/x')).toBe('');
  });
});

describe('options of a build', () => {
  it('choose the file, the stage, labels, and where the ID goes', () => {
    const [file, idFile] = [join(context, 'Other'), join(here, 'id')];
    files({ Other: 'FROM busybox AS one\nLABEL a=1\nFROM one\nLABEL a=2\n' });
    tslab('build', '-f', file, '-t', 'made', '--target', 'one', context);
    expect(read().config.config.Labels).toEqual({ a: '1' });
    tslab('build', '-f', file, '-t', 'made', '--label', 'b=3', context);
    expect(read().config.config.Labels).toEqual({ a: '2', b: '3' });
    tslab('build', '-f', file, '-t', 'made', '--iidfile', idFile, context);
    expect(readFileSync(idFile, 'utf8')).toBe(read().id);
    tslab('build', '-f', file, '--pull', '--progress', 'plain', context);
  });
});
