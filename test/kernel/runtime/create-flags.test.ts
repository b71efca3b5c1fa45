import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-flags-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isRoot)('--cidfile (skipped without root)', () => {
  it.each(['run', 'create'])('has the id of what %s makes, and of nothing else', (command) => {
    const file = join(folder, command);
    output(command, '--name', 'noted', '--cidfile', file, 'busybox', 'true');
    expect(readFileSync(file, 'utf8')).toBe(findContainer('noted').config.id);
  });

  it('is refused where it exists, and stays as it was', () => {
    const file = join(folder, 'there');
    writeFileSync(file, 'of another');
    const { status, stderr } = tslab(['run', '--cidfile', file, 'busybox', 'true']);
    const words = `container ID file found, make sure the other container isn't running or delete ${file}`;
    expect({ status, stderr }).toEqual({ status: 125, stderr: expect.stringContaining(words) });
    expect(readFileSync(file, 'utf8')).toBe('of another');
    expect(listContainers(() => {})).toEqual([]);
  });

  it('is not left where no container comes to be, and no container where it cannot be', () => {
    const before = readdirSync(folder);
    const file = join(folder, 'none');
    const missing = ['--mount', `type=bind,source=${join(folder, 'missing')},target=/x`];
    expect(tslab(['create', '--cidfile', file, ...missing, 'busybox', 'true']).status).toBe(1);
    expect(readdirSync(folder)).toEqual(before);
    const nowhere = tslab(['create', '--cidfile', join(file, 'below'), '-v', '/data', 'busybox', 'true']);
    expect(nowhere.stderr).toMatch(/failed to create the container ID file: ENOENT/);
    expect(listContainers(() => {})).toEqual([]);
    expect(output('volume', 'ls', '-q')).toBe('');
  });
});

describe.skipIf(!isRoot)('--stop-timeout (skipped without root)', () => {
  it('is how long stop waits for a program that does not end, unless -t says otherwise', () => {
    const lasted = (flag: string, ...words: string[]) => {
      runDetached('deaf', 'trap "" TERM; exec sleep 1000', ['--stop-timeout', flag]);
      const start = Date.now();
      output('stop', ...words, 'deaf');
      output('rm', 'deaf');
      return (Date.now() - start) / 1000;
    };
    const long = lasted('2');
    expect(long).toBeGreaterThan(2);
    expect(long).toBeLessThan(8);
    expect(lasted('100', '-t', '0')).toBeLessThan(8);
  });
});

describe.skipIf(!isRoot)('--pull, --platform and --quiet (skipped without root)', () => {
  const own = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];

  it.each(['--pull=missing', '--pull=never', `--platform=linux/${own}`, `--platform=${own}`, '-q'])(
    'takes %s',
    (flag) => {
      expect(output('run', '--rm', flag, 'busybox', 'echo', 'runs')).toBe('runs\n');
    },
  );

  it.each([
    ['--pull=policy', /invalid pull option: 'policy': must be one of "always", "missing" or "never"/],
    ['--platform=linux/s390x', /does not match the specified platform \(linux\/s390x\)/],
    ['--platform=windows', /does not match the specified platform \(windows\)/],
  ])('refuses %s', (flag, reason) => {
    const { status, stderr } = tslab(['run', flag, 'busybox', 'true']);
    expect({ status, stderr }).toEqual({ status: 125, stderr: expect.stringMatching(reason) });
  });
});
