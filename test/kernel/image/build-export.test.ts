import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let here = '';
let out = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-export-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));
beforeEach(() => {
  out = mkdtempSync(join(here, 'out-'));
});

/** Builds these lines, which a Dockerfile on standard input has. */
function build(lines: readonly string[], ...options: string[]) {
  const words = ['dist/bin/tslab.cjs', 'build', ...options, '-'];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { input: `${lines.join('\n')}\n` });
  return { stdout, stderr: stderr.toString(), status };
}

const FILES = [
  'FROM scratch AS base',
  'COPY <<E /below',
  'gone',
  'E',
  'FROM busybox AS made',
  'RUN mkdir -p /o/d && echo 1 > /o/d/f && ln /o/d/f /o/hard && ln -s /nowhere /o/link && chown 7:8 /o/hard && chmod 4750 /o/hard && mkfifo /o/pipe',
  'FROM base',
  'COPY --from=made --chown=7:8 /o/ /',
];

const all = (directory: string) => readdirSync(directory, { recursive: true }).map(String).sort();

describe('build -o', () => {
  it('copies the files of the last stage into a directory, which is made; they are those of who builds', () => {
    const { stdout, status } = build(FILES, '-o', join(out, 'new/one'));
    expect([status, stdout.toString().includes('Successfully built')]).toEqual([0, false]);
    const at = (name: string) => lstatSync(join(out, 'new/one', name));
    expect(all(join(out, 'new/one'))).toEqual(['below', 'd', 'd/f', 'hard', 'link']);
    expect([at('hard').mode & 0o7777, at('hard').uid, at('hard').ino]).toEqual([0o4750, 0, at('d/f').ino]);
    expect(at('link').isSymbolicLink()).toBe(true);
    expect(
      execFileSync(process.execPath, ['dist/bin/tslab.cjs', 'images', '--format', '{{.Repository}}'], {
        encoding: 'utf8',
      }),
    ).toBe('tslab/busybox\n');
  });

  it('replaces files of the same names alone, and goes through no link out of the directory', () => {
    writeFileSync(join(out, 'own'), 'own');
    mkdirSync(join(out, 'outside'));
    mkdirSync(join(out, 'to'));
    symlinkSync('../outside/f', join(out, 'to/below'));
    writeFileSync(join(out, 'outside/f'), 'kept');
    writeFileSync(join(out, 'to/own'), 'own');
    expect(build(FILES, '--output', `type=local,dest=${out}/to`).status).toBe(0);
    expect(readFileSync(join(out, 'to/below'), 'utf8')).toBe('gone\n');
    expect(readFileSync(join(out, 'to/own'), 'utf8')).toBe('own');
    rmSync(join(out, 'to/d'), { recursive: true });
    symlinkSync('../outside', join(out, 'to/d'));
    const { status, stderr } = build(FILES, '-o', join(out, 'to'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('/to/d is no directory, and cannot become one')]);
    expect([all(join(out, 'outside')), readFileSync(join(out, 'outside/f'), 'utf8')]).toEqual([['f'], 'kept']);
  });

  it('writes an archive, with the owners of the image, into a file or to standard output', () => {
    const list = (input: Buffer) =>
      execFileSync('tar', ['tv', '--numeric-owner'], { input, encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.replace(/ +\d+ \d{4}.*? (?=\S+$| link)/, ' '));
    expect(build(FILES, '-o', `type=tar,dest=${join(out, 'a.tar')}`).status).toBe(0);
    const { stdout, stderr } = build(FILES, '-o', '-', '-t', 'named');
    expect(stdout).toEqual(readFileSync(join(out, 'a.tar')));
    expect(stderr).toContain('Step 1/');
    expect(stderr).toContain('tslab: -t is ignored: with -o no image is made\n');
    expect(execFileSync('tar', ['xO', 'd/f'], { input: stdout, encoding: 'utf8' })).toBe('1\n');
    expect(list(stdout)).toContain('drwxr-xr-x 7/8 d/');
    expect(build(['FROM scratch'], '-qo', '-').stderr).toBe('');
  });

  it('is ended by Ctrl-C though nobody reads the archive', async () => {
    const large = ['FROM busybox', 'RUN dd if=/dev/zero of=/large bs=1M count=4'];
    expect(build(large, '-q').status).toBe(0);
    const builder = spawn(process.execPath, ['dist/bin/tslab.cjs', 'build', '-qo', '-', '-'], { stdio: 'pipe' });
    builder.stdin.end(`${large.join('\n')}\n`);
    await once(builder.stdout, 'readable');
    builder.stdout.pause();
    builder.kill('SIGINT');
    expect(await once(builder, 'exit')).toEqual([null, 'SIGINT']);
    expect(readdirSync(join(here, 'state/images/ingest'))).toEqual([]);
  });

  it.each([
    ['Dockerfile', /^Error: cannot copy directory\n.*Dockerfile is a file, and not replaced by a directory\.\n$/],
    ['dangling', /^Error: -o .*\/dangling: it is a link to none, which is not there\nrm .*\/dangling\n$/],
    ['/proc/none/below', /^Error: \/proc\/none\/below: ENOENT: /],
  ])('says why nothing can be copied to %s', (path, message) => {
    writeFileSync(join(out, 'Dockerfile'), '');
    symlinkSync('none', join(out, 'dangling'));
    const { stderr, status } = build(['FROM scratch'], '-o', resolve(out, path));
    expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it.each([
    [['-o', 'a', '-o', 'b'], 'multiple outputs currently unsupported'],
    [
      ['-o', 'type=image,name=x'],
      '-o type=image,name=x: the type image is no directory and no archive of files\nWithout -o an image',
    ],
    [['-o', 'type=local'], 'dest is required for local exporter'],
    [['-o', 'type=local,dest=a,compress=b'], 'unexpected key "compress" in -o'],
    [['-o', 'dest=a,x=b'], 'type is required for output'],
    [['-o', 'type=tar,dest=/none/a.tar'], 'failed to export: invalid output path: directory "/none" does not exist'],
    [['-o', 'a', '--iidfile', 'b'], '--iidfile and -o: no image is made'],
  ])('%j is refused before anything is built', (options, message) => {
    const { stdout, stderr, status } = build(FILES, ...options);
    expect([status, stderr, stdout.toString()]).toEqual([1, expect.stringContaining(message), '']);
  });
});
