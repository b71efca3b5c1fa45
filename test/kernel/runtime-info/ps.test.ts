import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { jsonLines, tslab } from '../tslab.js';
import { killInit, output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)('tslab ps (skipped without root: it runs containers)', () => {
  let web: Container;
  let gone: Container;
  beforeAll(async () => {
    web = runDetached('web', 'sleep 1000');
    gone = runDetached('gone', 'exec sleep 1000');
    await killInit(gone);
  });

  it('has the columns of docker ps, and only what runs', () => {
    const [header, row, ...more] = output('ps').trimEnd().split('\n');
    expect(header).toMatch(/^CONTAINER ID {3}IMAGE {5}COMMAND +CREATED +STATUS +PORTS {5}NAMES$/);
    expect(row).toMatch(
      new RegExp(`^${web.config.id.slice(0, 12)} {3}busybox {3}"sh -c 'sleep 1000'" .* ago +Up .* {13}web$`),
    );
    expect(more).toEqual([]);
  });

  it('has the others as well with -a, newest first, and tells how they ended', () => {
    const rows = output('ps', '-a').trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/Exited \(137\) .* ago +gone$/);
  });

  it('cuts a long command, and does not with --no-trunc', () => {
    expect(output('ps', '-a')).toContain(`"sh -c 'exec sleep 1…"`);
    expect(output('ps', '-a', '--no-trunc')).toContain(`"sh -c 'exec sleep 1000'"`);
  });

  it('prints ids with -q, as scripts want them', () => {
    expect(output('ps', '-q')).toBe(`${web.config.id.slice(0, 12)}\n`);
    expect(output('ps', '-aq', '--no-trunc')).toBe(`${gone.config.id}\n${web.config.id}\n`);
  });

  it('prints JSON, one object a line, and templates', () => {
    expect(jsonLines(output('ps', '--format', 'json'))).toEqual([
      expect.objectContaining({ Names: 'web', State: 'running', Image: 'busybox', ID: web.config.id.slice(0, 12) }),
    ]);
    expect(output('ps', '--format', '{{.Names}}\\t{{.State}}')).toBe('web\trunning\n');
    expect(output('ps', '--format', 'table {{.Names}}\\t{{.State}}')).toBe('NAMES     STATE\nweb       running\n');
  });

  it('filters', () => {
    expect(output('ps', '-q', '--filter', 'status=exited')).toBe(`${gone.config.id.slice(0, 12)}\n`);
    expect(output('ps', '-aq', '--filter', 'name=we')).toBe(`${web.config.id.slice(0, 12)}\n`);
    expect(tslab(['ps', '--filter', 'colour=blue'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/colour=blue.*\n.*name=…/),
    });
  });

  it('starts another supervisor where the old one was killed, and the container goes on', async () => {
    const { owner, init } = findContainer('web').state;
    process.kill(owner.pid, 'SIGKILL');
    await until(() => !isAlive(owner.pid, owner.startTime));
    expect(output('ps')).toContain('web');
    const now = findContainer('web').state;
    expect(now.owner.pid).not.toBe(owner.pid);
    expect(isAlive(now.owner.pid, now.owner.startTime)).toBe(true);
    expect(now.init).toEqual(init);
    expect(isAlive(init.pid, init.startTime)).toBe(true);
  });

  it('names a container whose state is damaged, puts it aside, and goes on with the rest', () => {
    writeFileSync(join(gone.directory, 'state.json'), '{"status":');
    const { status, stdout, stderr } = tslab(['ps', '-a']);
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain(`Container ${gone.config.id.slice(0, 12)} was put aside`);
    expect(readdirSync(join(state(), 'quarantine'))).toEqual([gone.config.id]);
  });
});

describe.skipIf(!isRoot)('a container that is not there (skipped without root: it runs containers)', () => {
  it.each(['logs', 'top', 'diff', 'stats'])(
    'is refused by tslab %s as docker does, with the nearest name',
    (command) => {
      const { status, stderr } = tslab([command, 'weeb']);
      expect(stderr).toBe('Error: No such container: weeb\nDid you mean web? tslab ps -a lists all containers.\n');
      expect(status).toBe(1);
    },
  );
});
