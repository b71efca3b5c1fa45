import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import type { Container } from '../../../src/container/store/store.js';
import { tslab } from '../tslab.js';
import { output, runDetached, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)('options of commands that look (skipped without root: it runs containers)', () => {
  let old: Container;
  let latest: Container;
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tslab-look-'));
    old = runDetached('old', 'exec sleep 1000');
    latest = runDetached('latest', 'exit 0');
    output('wait', 'latest');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('ps -l: the one that was made last, whether it runs or not', () => {
    expect(output('ps', '-lq', '--no-trunc')).toBe(`${latest.config.id}\n`);
    expect(output('ps', '-q', '--no-trunc')).toBe(`${old.config.id}\n`);
  });

  it('stats --no-trunc and a template: the number of processes that the cgroup counts', () => {
    const line = output('stats', '--no-stream', '--no-trunc', '--format', '{{.ID}} {{.PIDs}}', 'old');
    expect(line).toBe(`${old.config.id} ${openCgroups().find(old.config.id)?.procs().length}\n`);
  });

  it('cp -q: the same copy, and not a word', () => {
    expect(tslab(['cp', '-q', 'old:/etc/passwd', join(folder, 'passwd')])).toMatchObject({ stdout: '', stderr: '' });
    const inside = readFileSync(`/proc/${old.state.init.pid}/root/etc/passwd`);
    expect(readFileSync(join(folder, 'passwd'))).toEqual(inside);
  });

  it('volume prune -a: those with a name as well, if nobody uses them', () => {
    output('volume', 'create', 'named');
    expect(output('volume', 'prune', '-f')).toBe('Total reclaimed space: 0B\n');
    expect(existsSync(join(state(), 'volumes/named'))).toBe(true);
    expect(output('volume', 'prune', '-a', '-f')).toMatch(/^Deleted Volumes:\nnamed\n/);
    expect(existsSync(join(state(), 'volumes/named'))).toBe(false);
  });
});
