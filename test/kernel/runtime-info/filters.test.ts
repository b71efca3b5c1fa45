import { beforeAll, describe, expect, it } from 'vitest';
import { tslab } from '../tslab.js';
import { output, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

describe.skipIf(!isRoot)('filters, as docker has them (skipped without root: it runs containers)', () => {
  beforeAll(() => {
    output('volume', 'create', 'unused');
    output('run', '--name', 'web', '-v', 'data:/data', 'busybox', 'true');
    tslab(['run', '--name', 'webx', 'busybox', 'sh', '-c', 'exit 3']);
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

  it.each([
    ['status=foo', 1, /^Error: Invalid filter 'status=foo'\n/],
    ['foo=bar', 1, /^Error: invalid filter 'foo'/],
    ['before=nothing', 1, /^Error: No such container: nothing\n/],
    ['web', 125, /bad format of filter \(expected name=value\)/],
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
    expect(tslab(['volume', 'ls', '-f', 'dangling=x']).stderr).toMatch(/^Error: Invalid filter 'dangling=x'\n/);
  });

  it('choose what prune removes', () => {
    expect(output('prune', '-f', '--filter', 'until=2020-01-01')).toBe('Total reclaimed space: 0B\n');
    expect(names()).toBe('webx\nweb');
  });
});
