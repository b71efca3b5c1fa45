import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import type { Container } from '../../../src/container/store/store.js';
import { decimalSize } from '../../../src/docker/output/sizes.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { needs } from '../../support/needs.js';
import { atTerminal, jsonLines, start, tslab } from '../tslab.js';
import { killInit, output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

describe.skipIf(!isRoot)('what a container is and uses (skipped without root: it runs containers)', () => {
  let busy: Container;
  let gone: Container;
  beforeAll(async () => {
    gone = runDetached('gone', 'exec sleep 1000');
    await killInit(gone);
    busy = runDetached('busy', 'sleep 1000 & while :; do :; done', ['-m', '64m', '--cpus', '0.2', '-e', 'A=1']);
    await until(() => listProcesses().filter(({ ppid }) => ppid === busy.state.init.pid).length === 1);
  });

  describe('tslab inspect', () => {
    it('tells what the kernel tells: the pid, and that it runs', () => {
      const [one] = JSON.parse(output('inspect', 'busy'));
      expect(one).toMatchObject({ Id: busy.config.id, Name: '/busy', State: { Status: 'running', Running: true } });
      expect(readFileSync(`/proc/${one.State.Pid}/cgroup`, 'utf8')).toContain(`/tslab/${busy.config.id}`);
      expect(one).toMatchObject({ HostConfig: { Memory: 64 << 20 }, Config: { Env: expect.arrayContaining(['A=1']) } });
    });

    it('lists the calls that make the container, each with its lab, and the namespaces that /proc shows', () => {
      const [{ Calls, State }] = JSON.parse(output('inspect', 'busy'));
      const texts: string[] = Calls.map(({ Call }: { Call: string }) => Call);
      expect(texts[0]).toMatch(/^clone\(CLONE_NEWNS\|.*CLONE_NEWPID/);
      expect(readlinkSync(`/proc/${State.Pid}/ns/pid`)).not.toBe(readlinkSync('/proc/self/ns/pid'));
      expect(texts).toContain('pivot_root(".", ".")');
      expect(texts.at(-1)).toMatch(/^execve\(".*sh", \["sh", "-c", "sleep 1000/);
      expect(Calls.every(({ Lab }: { Lab: string }) => /^\d\d-/.test(Lab))).toBe(true);
    });

    it('tells of one that has ended how', () => {
      const [{ State }] = JSON.parse(output('inspect', 'gone'));
      expect(State).toMatchObject({ Status: 'exited', Running: false, Pid: 0, ExitCode: 137 });
    });

    it('fills in a template, and goes on where a container is unknown', () => {
      const { status, stdout, stderr } = tslab(['inspect', '-f', '{{.State.Pid}}', 'busy', 'nobody', 'gone']);
      expect(stdout).toBe(`${busy.state.init.pid}\n0\n`);
      expect(stderr).toContain('Error: No such object: nobody');
      expect(status).toBe(1);
    });
  });

  describe('tslab top', () => {
    it('shows the processes of the container with the pids of the host, and no others', () => {
      const [header, ...rows] = output('top', 'busy').trimEnd().split('\n');
      expect(header).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD$/);
      const pids = rows.map((row) => Number(row.split(/ +/)[1]));
      expect(pids).toEqual(
        openCgroups()
          .find(busy.config.id)
          ?.procs()
          .sort((a, b) => a - b),
      );
      expect(pids[0]).toBe(busy.state.init.pid);
      expect(rows[0]).toMatch(/^root .* sh -c sleep 1000 & while/);
      expect(rows[1]).toMatch(/ sleep 1000$/);
    });

    it('has the columns that the ps of this machine is asked for', (test) => {
      needs(test, 'ps');
      const pids = openCgroups().find(busy.config.id)?.procs() ?? [];
      for (const [options, at] of [
        [['-o', 'pid,comm'], 0],
        [['-eo', 'comm,pid'], 1],
        [['aux'], 1],
      ] as const) {
        const [header = '', ...rows] = output('top', 'busy', ...options)
          .trimEnd()
          .split('\n');
        expect(header.split(/ +/)[at]).toBe('PID');
        expect(rows.map((row) => Number(row.split(/ +/)[at])).sort()).toEqual(pids.sort());
      }
      expect(output('top', 'busy', '-o', 'pid,args')).toMatch(/^\d+ +sleep 1000$/m);
    });

    it.each([
      [['-o', 'comm'], /^Error: Couldn't find PID field in ps output\n/],
      [['-o', 'pid=PID'], /^Error: specifying "pid=PID" is not allowed\n/],
      [['-o', 'no-such'], /^Error: error running ps: exit status 1: /],
    ])('refuses %j', (options, message) => {
      const { status, stderr } = tslab(['top', 'busy', ...options]);
      expect(stderr).toMatch(message);
      expect(status).toBe(1);
    });

    it('refuses a container that does not run', () => {
      const { status, stderr } = tslab(['top', 'gone']);
      expect(stderr).toMatch(/^Error: Container gone is not running\n/);
      expect(status).toBe(1);
    });
  });

  describe('tslab stats', () => {
    it('measures what the cgroup counts: the quota is used, the limit shown', { retry: 2 }, () => {
      const [row] = jsonLines(output('stats', '--no-stream', '--format', 'json', 'busy')) as Record<string, string>[];
      expect(Number.parseFloat(row?.CPUPerc ?? '')).toBeGreaterThan(8);
      expect(Number.parseFloat(row?.CPUPerc ?? '')).toBeLessThan(30);
      expect(row?.MemUsage).toMatch(/^[\d.]+[KM]iB \/ 64MiB$/);
      expect(row?.PIDs).toBe('2');
    });

    it('has the columns of docker, and nothing to say of a container that does not run', () => {
      const [header, ...rows] = output('stats', '--no-stream', '-a').trimEnd().split('\n');
      expect(header).toMatch(/^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS$/);
      expect(rows[0]).toMatch(/ busy +[\d.]+% /);
      expect(rows[1]).toMatch(/ gone +-- +-- \/ -- +-- +-- \/ -- +-- \/ -- +--$/);
    });

    it('counts what processes that have ended wrote to the disk, and what went through the network but lo', async () => {
      const flood = 'dd if=/dev/zero of=/big bs=1M count=4; ping -c 1 127.0.0.1';
      runDetached('writer', `{ ${flood}; } >/dev/null 2>&1; echo done; exec sleep 1000`, ['--network', 'none']);
      await until(() => output('logs', 'writer') === 'done\n');
      const [row] = jsonLines(output('stats', '--no-stream', '--format', 'json', 'writer'));
      const written = /write_bytes: (\d+)/.exec(output('exec', 'writer', 'cat', '/proc/1/io'))?.[1];
      expect(row).toMatchObject({
        NetIO: '0B / 0B',
        BlockIO: expect.stringMatching(new RegExp(` / ${decimalSize(Number(written), 3)}$`)),
      });
      output('rm', '-f', 'writer');
    });

    it('goes on until Ctrl-C, with a plot that grows', async () => {
      const live = start(['stats', 'busy']);
      await live.seen('busy', 3);
      live.kill('SIGINT');
      const { status, stdout } = await live.ended;
      expect(status).toBe(130);
      const rows = stdout.split('\n').filter((line) => line.includes('busy'));
      expect(rows[0]).toMatch(/% {3,}[▁-█] {15}/);
      expect(rows[2]).toMatch(/% {3,}[▁-█]{3} {13}/);
    });

    it('keeps to the width of the screen, and shows the plot on a narrow one too', async () => {
      const live = atTerminal('stats busy', 60);
      await live.seen('busy', 3);
      live.type('\x03');
      const lines = (await live.ended).stdout.split('\r\n').map((line) => stripVTControlCharacters(line));
      expect(Math.max(...lines.map((line) => line.length))).toBe(59);
      expect(lines.filter((line) => /busy.*[▁-█]/.test(line))).not.toEqual([]);
    });
  });

  it('changes nothing in the container', () => {
    expect(readdirSync(join(gone.directory, 'upper'))).toEqual([]);
  });
});
