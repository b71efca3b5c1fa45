import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let here = '';
let context = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-build-options-'));
  process.env.TSLAB_STATE = join(here, 'state');
  context = join(here, 'context');
  mkdirSync(join(context, 'sub'), { recursive: true });
  writeFileSync(join(context, 'sub/a'), 'of the context\n');
  writeFileSync(join(context, 'Dockerfile'), 'FROM busybox\nCOPY sub /s\nRUN cat /s/a\n');
  writeFileSync(join(context, 'Other'), 'FROM busybox\nRUN echo the other\n');
});
afterAll(() => rmSync(here, { recursive: true }));

function tslab(line: string, input: string | Buffer = '') {
  const words = ['dist/bin/tslab.cjs', ...line.split(' ')];
  const done = spawnSync(process.execPath, words, { encoding: 'utf8', input });
  expect(readdirSync(join(here, 'state/images/ingest'))).toEqual([]);
  return done;
}

describe('standard input', () => {
  it('has the Dockerfile, with the context beside it or with none', () => {
    const besides = tslab(`build -f - ${context}`, 'FROM busybox\nCOPY sub/a /\nRUN cat /a\n');
    expect(besides.stdout).toContain('\nof the context\n');
    expect(tslab('build -', 'FROM busybox\nRUN echo alone\n').stdout).toContain('\nalone\n');
    const { stderr } = tslab('build -', 'FROM busybox\nCOPY sub /s\n');
    expect(stderr).toMatch(/^Error: Dockerfile:2: .*\nThe build context is empty\.\n$/s);
    expect(tslab('build -', 'FROM busybox\nRNU x\n').stderr).toContain('Dockerfile:2: unknown instruction: RNU');
  });

  it('has an archive of a context, whose names lead nowhere else', () => {
    const packed = execFileSync('tar', ['czC', context, '.']);
    expect(tslab('build -', packed).stdout).toContain('\nof the context\n');
    expect(tslab('build -f Other -', packed).stdout).toContain('\nthe other\n');
    const hostile = execFileSync('tar', ['cPC', context, '--transform', 's,^,../,', 'Dockerfile']);
    const { status, stderr } = tslab('build -', hostile);
    expect([status, stderr]).toEqual([1, expect.stringContaining('goes up, out of its directory')]);
  });
});

describe('options', () => {
  it('give RUN hosts, limits and a network', () => {
    const line = 'build --network none --add-host db:10.0.0.2 --ulimit nofile=77 --shm-size 3m -';
    const file = 'FROM busybox\nRUN grep -w db /etc/hosts; ulimit -n; df /dev/shm | tail -1; ls /sys/class/net\n';
    expect(tslab(line, file).stdout).toMatch(/\n10\.0\.0\.2\tdb\n77\nshm +3072 .*\nlo\n/);
    const again = tslab(line.replace('10.0.0.2', '10.0.0.3'), file).stdout;
    expect(again).toContain('Not from the cache: --add-host changed');
    expect(tslab(line.replace('77', '78'), file).stdout).toContain('Using cache');
  });

  it('make the stages anew that --no-cache-filter names', () => {
    const file = 'FROM busybox AS one\nRUN echo 1st\nFROM one AS two\nRUN echo 2nd\n';
    tslab('build -', file);
    const second = tslab('build --no-cache-filter two -', file).stdout;
    expect(second).toMatch(/Using cache\nStep 3.*\nStep 4.*\n2nd\n/);
    const first = tslab('build --no-cache-filter 0 -', file).stdout;
    expect(first).toMatch(/\n1st\nStep 3.*\nStep 4.*\n ---> Using cache\n/);
  });

  it('that scripts give docker change nothing', () => {
    const line = 'build -q --rm --force-rm --load --provenance=false --sbom false --attest type=sbom,disabled=true';
    const { stdout, stderr, status } = tslab(`${line} -`, 'FROM busybox\n');
    expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/), '']);
    const own = process.arch.replace('x64', 'amd64');
    const cached = tslab(`build --cache-from x --cache-to y --platform linux/${own} -q -`, 'FROM busybox\n');
    expect(cached.stdout).toBe(stdout);
    expect(
      cached.stderr.match(/^tslab: --cache-(from|to) is ignored: the cache is that of this machine$/gm),
    ).toHaveLength(2);
  });

  it('name other directories and images: --build-context', () => {
    const other = join(here, 'other');
    mkdirSync(other, { recursive: true });
    for (const [name, text] of [
      ['a', 'of the other\n'],
      ['.dockerignore', 'hidden'],
      ['hidden', ''],
    ] as const)
      writeFileSync(join(other, name), text);
    const named = `build --build-context own=${other} --build-context IMG=docker-image://busybox --build-context busybox=docker-image://tagged`;
    tslab('build -t tagged -', 'FROM busybox\nRUN echo tagged > /which\n');
    const copies = 'COPY --from=own a /o\nRUN --mount=from=own,target=/m cat /o; ls -A /m; cat /which\n';
    const printed = tslab(
      `${named} -`,
      `FROM scratch AS own\nCOPY none /\nFROM img\nFROM docker.io/library/busybox\n${copies}`,
    ).stdout;
    expect(printed).toContain('\nof the other\n.dockerignore\na\ntagged\n');
    writeFileSync(join(other, 'a'), 'changed\n');
    expect(tslab(`${named} -`, `FROM busybox\n${copies}`).stdout).toContain('Not from the cache: a changed');
    const failed = (line: string) => tslab(`${named} -`, `FROM busybox\n${line}\n`).stderr;
    expect(failed('COPY --from=own hidden /')).toContain(
      'Dockerfile:2: COPY failed: hidden is hidden by .dockerignore',
    );
    expect(failed('COPY --from=own ../context/Other /')).toContain('forbidden path outside the build context');
    expect(failed('FROM own')).toContain('Dockerfile:2: FROM own: the context of this name is a directory');
  });

  it.each([
    ['build --build-context own', 'invalid context value: own, expected key=value'],
    ['build --build-context own=/none', 'failed to get build context own: /none: no such file or directory'],
    ['build --build-context own=https://example.org/a.git', 'own: https://example.org/a.git is not fetched'],
    ['build --network web', 'network mode "web" is not supported by builds\ndefault, none or host'],
    ['build --platform linux/mips', '--platform=linux/mips: this machine builds for linux/'],
    ['build --provenance=true', '--provenance=true: an image gets no attestations here'],
    ['build --push', 'there is no --push in tslab build'],
  ])('%s is refused in words', (line, message) => {
    expect(tslab(`${line} ${context}`).stderr).toContain(message);
  });
});
