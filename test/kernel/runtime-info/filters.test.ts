import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { decimalSize } from '../../../src/docker/output/sizes.js';
import { tslab } from '../tslab.js';
import { output, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)('filters, as docker has them (skipped without root: it runs containers)', () => {
  beforeAll(() => {
    output('volume', 'create', 'unused');
    output('run', '--name', 'web', '-l', 'tier=front', '-v', 'data:/data', 'busybox', 'true');
    const file = join(state(), 'labels');
    writeFileSync(file, '# labels\ntier=back\ncom.example.owner=me');
    const script = 'head -c 5000 /dev/zero > /big; ln /big /same; truncate -s 20000 /sparse; exit 3';
    tslab(['run', '--name', 'webx', '--label-file', file, '--label', 'tier=middle', 'busybox', 'sh', '-c', script]);
  });

  const names = (...filters: string[]) =>
    output('ps', '-a', '--format', '{{.Names}}', ...filters.flatMap((one) => ['--filter', one])).trim();

  it('take patterns; several of one kind are alternatives, different kinds must all hold', () => {
    expect([names('name=^web$'), names('name=^/we'), names('name=^we$')]).toEqual(['web', 'webx\nweb', '']);
    expect([names('exited=0', 'exited=3'), names('name=web', 'exited=3')]).toEqual(['webx\nweb', 'webx']);
    expect([names('since=web'), names('before=webx'), names('volume=data')]).toEqual(['webx', 'web', 'web']);
    expect([names('ancestor=busybox:latest'), names('ancestor=alpine')]).toEqual(['webx\nweb', '']);
    expect(output('ps', '-q')).toBe('');
    expect(output('ps', '-q', '-f', 'status=exited').trim().split('\n')).toHaveLength(2);
  });

  it('find labels, which the record keeps', () => {
    expect([names('label=tier'), names('label=tier=middle'), names('label=tier=back')]).toEqual([
      'webx\nweb',
      'webx',
      '',
    ]);
    expect(names('label=tier', 'label=com.example.owner')).toBe('webx');
    expect(output('ps', '-a', '--format', '{{.Labels}}')).toBe('com.example.owner=me,tier=middle\ntier=front\n');
    const labels = { tier: 'middle', 'com.example.owner': 'me' };
    expect(JSON.parse(output('inspect', 'webx'))[0].Config.Labels).toEqual(labels);
    const { directory } = findContainer('webx');
    expect(JSON.parse(readFileSync(join(directory, 'container.json'), 'utf8')).labels).toEqual(labels);
  });

  it('leave as many as -n and -l ask for, the last made, whether or not they run', () => {
    expect([output('ps', '-ln', '2', '-q').split('\n').length, output('ps', '-q', '-n', '0')]).toEqual([3, '']);
    expect(output('ps', '-l', '--format', '{{.Names}}')).toBe('webx\n');
    expect(output('ps', '-n', '1', '-f', 'name=web$', '--format', '{{.Names}}')).toBe('web\n');
    expect(tslab(['ps', '-n', 'x'])).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/^tslab: invalid argument "x" for "-n, --last" flag: a whole number\n/),
    });
  });

  it('show with -s what the kernel has in the layers: each file once, as long as it is', () => {
    const bytes = (directory: string) => {
      const files = execFileSync('find', [directory, '!', '-type', 'd', '-printf', '%i %s\\n'], { encoding: 'utf8' });
      const sizes = new Map(
        files
          .trim()
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      );
      return [...sizes.values()].reduce((sum, size) => sum + Number(size), 0);
    };
    const { config, directory } = findContainer('webx');
    const [written, image] = [bytes(join(directory, 'upper')), bytes(config.layers[0] as string)];
    expect(written).toBe(25_000);
    const size = `25kB (virtual ${decimalSize(written + image, 3)})`;
    expect(output('ps', '-as', '-f', 'name=webx')).toMatch(
      new RegExp(` NAMES +SIZE\n.* webx +${size.replace(/[()]/g, '\\$&')}\n$`),
    );
    expect(output('ps', '-a', '--format', '{{.Names}} {{.Size}}', '-f', 'name=webx')).toBe(`webx ${size}\n`);
  });

  it.each([
    ['status=foo', 1, /^Error: invalid filter 'status=foo'\n/],
    ['foo=bar', 1, /^Error: invalid filter 'foo'/],
    ['before=nothing', 1, /^Error: No such container: nothing\n/],
    [
      'web',
      125,
      /^tslab: invalid argument "web" for "-f, --filter" flag: bad format of filter \(expected name=value\), such as name=web\n/,
    ],
  ])('refuse %s', (filter, status, message) =>
    expect(tslab(['ps', '-a', '--filter', filter])).toMatchObject({ status, stderr: expect.stringMatching(message) }),
  );

  it('choose volumes', () => {
    const volumes = (...filters: string[]) =>
      output('volume', 'ls', '-q', ...filters.flatMap((one) => ['--filter', one])).trim();
    expect([volumes('name=^un'), volumes('dangling=true'), volumes('dangling=0')]).toEqual([
      'unused',
      'unused',
      'data',
    ]);
    expect(tslab(['volume', 'ls', '-f', 'dangling=x']).stderr).toMatch(/^Error: invalid filter 'dangling=x'\n/);
  });

  it('choose what prune removes', () => {
    const prune = (filter: string) => output('prune', '-f', '--filter', filter);
    expect([prune('until=2020-01-01'), prune('label=x')]).toEqual(Array(2).fill('Total reclaimed space: 0B\n'));
    expect(names()).toBe('webx\nweb');
    const { id } = findContainer('webx').config;
    expect(prune('label!=tier=front')).toBe(`Deleted Containers:\n${id}\n\nTotal reclaimed space: 25kB\n`);
    expect(names()).toBe('web');
  });
});
