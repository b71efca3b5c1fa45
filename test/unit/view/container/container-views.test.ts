import { describe, expect, it, vi } from 'vitest';
import { NEW_STATE } from '../../../../src/container/state.js';
import { parseTimes } from '../../../../src/container/stats/processes.js';
import { cpuShare, type Sample } from '../../../../src/container/stats/stats.js';
import { parseNetDev } from '../../../../src/container/stats/traffic.js';
import type { Container } from '../../../../src/container/store/store.js';
import { ago, goTime, humanDuration } from '../../../../src/docker/output/durations.js';
import { renderRows } from '../../../../src/docker/output/format.js';
import { renderProcesses } from '../../../../src/docker/output/processes.js';
import { PS_HEADINGS, psRows, renderPs, statusOf } from '../../../../src/docker/output/ps.js';
import { binarySize, decimalSize } from '../../../../src/docker/output/sizes.js';
import { renderLiveStats, renderStats } from '../../../../src/docker/output/stats.js';
import { renderTable } from '../../../../src/docker/output/table.js';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

type Policy = Container['config']['restart'];

function container(state: Partial<Container['state']>, args = ['sh', '-c', 'sleep 1000'], restart?: Policy): Container {
  const config = {
    id: '0123456789abcdef'.repeat(4),
    name: 'web',
    image: 'busybox',
    layers: [],
    labels: {},
    created: secondsAgo(7200),
    process: { args, env: [], cwd: '/', user: '', tty: false, interactive: false },
    hostname: 'web',
    mounts: [],
    readOnly: false,
    network: 'none',
    resources: {},
    init: false,
    stopSignal: 'SIGTERM',
    restart: restart ?? { name: 'no' },
    autoRemove: false,
    detached: true,
    skip: [],
  } as const;
  return { directory: '/nowhere', config, state: { ...NEW_STATE, ...state } };
}

function psRow(one: Container, now: number, whole: boolean) {
  return psRows([one], now, whole)[0] as ReturnType<typeof psRows>[number];
}

describe('a span of time', () => {
  it.each([
    [0, 'Less than a second'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, 'About a minute'],
    [120, '2 minutes'],
    [3599, '59 minutes'],
    [3600, 'About an hour'],
    [7200, '2 hours'],
    [47 * 3600, '47 hours'],
    [48 * 3600, '2 days'],
    [14 * 86400, '2 weeks'],
    [60 * 86400, '2 months'],
    [800 * 86400, '2 years'],
  ])('of %i s is told as docker tells it', (seconds, words) => {
    expect(humanDuration(seconds * 1000)).toBe(words);
  });

  it.each([
    ['UTC', '2026-11-29 02:58:27 +0000 UTC'],
    ['Asia/Kolkata', '2026-11-29 08:28:27 +0530 +0530'],
    ['America/Caracas', '2026-11-28 22:58:27 -0400 -0400'],
  ])('are moments as Go writes them, in %s', (zone, words) => {
    vi.stubEnv('TZ', zone);
    expect(goTime('2026-11-29T02:58:27.873Z')).toBe(words);
    vi.unstubAllEnvs();
  });

  it('counts from a moment', () => {
    expect(ago(secondsAgo(180), NOW)).toBe('3 minutes ago');
  });
});

describe('sizes', () => {
  it('have four digits and the units of docker', () => {
    expect([0, 512, 2048, 1_572_864, 64 << 20].map(binarySize)).toEqual(['0B', '512B', '2KiB', '1.5MiB', '64MiB']);
    expect([0, 999, 2048, 123_456_789].map((bytes) => decimalSize(bytes))).toEqual([
      '0B',
      '999B',
      '2.048kB',
      '123.5MB',
    ]);
    expect([123_456_789 << 3, 2 ** 30, 1.5 * 2 ** 40, 2 ** 60].map(binarySize)).toEqual([
      '941.9MiB',
      '1GiB',
      '1.5TiB',
      '1049000TiB',
    ]);
    expect([1e9, 2.5e12].map((bytes) => decimalSize(bytes))).toEqual(['1GB', '2.5TB']);
    expect(binarySize(1_234_567)).toBe('1.177MiB');
  });
});

describe('a status', () => {
  it.each([
    [{ status: 'created' }, 'Created'],
    [{ status: 'running', startedAt: secondsAgo(5) }, 'Up 5 seconds'],
    [{ status: 'paused', startedAt: secondsAgo(90) }, 'Up About a minute (Paused)'],
    [{ status: 'exited', finishedAt: secondsAgo(180), exitCode: 0 }, 'Exited (0) 3 minutes ago'],
    [{ status: 'exited', finishedAt: secondsAgo(1), exitCode: 137 }, 'Exited (137) 1 second ago'],
  ] as const)('of %j is %s', (state, words) => {
    expect(statusOf(container(state), NOW)).toBe(words);
  });
});

describe('a container with --restart', () => {
  const failed = { status: 'exited', finishedAt: secondsAgo(2), exitCode: 1 } as const;
  const limited: Policy = { name: 'on-failure', maximum: 3 };

  it.each([
    [{ ...failed, restartCount: 2 }, 'restarting', 'Restarting (1) 2 seconds ago'],
    [{ ...failed, restartCount: 3 }, 'exited', 'Exited (1) 2 seconds ago'],
    [{ ...failed, stopRequested: true }, 'exited', 'Exited (1) 2 seconds ago'],
    [{ ...failed, exitCode: 0 }, 'exited', 'Exited (0) 2 seconds ago'],
  ])('in the state %j is %s', (state, word, status) => {
    expect(psRow(container(state, ['false'], limited), NOW, false)).toMatchObject({ State: word, Status: status });
  });
});

describe('the table of tslab ps', () => {
  it('is that of docker ps', () => {
    expect(
      renderPs([psRow(container({ status: 'running', startedAt: secondsAgo(5) }, ['sleep', '1000']), NOW, false)]),
    ).toBe(
      [
        'CONTAINER ID   IMAGE     COMMAND        CREATED       STATUS         PORTS     NAMES',
        '0123456789ab   busybox   "sleep 1000"   2 hours ago   Up 5 seconds             web',
        '',
      ].join('\n'),
    );
    expect(renderPs([])).toBe('CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n');
  });

  it('lets no control character of an argument reach the terminal, and cuts what is long', () => {
    const row = psRow(container({}, ['echo', '\x1b[2J\n"']), NOW, true);
    expect(row.Command).toBe(String.raw`"echo \u001b[2J\n\""`);
    expect(psRow(container({}, ['x'.repeat(21)]), NOW, false).Command).toBe(`"${'x'.repeat(19)}…"`);
    expect(psRow(container({}, ['x'.repeat(20)]), NOW, false).Command).toBe(`"${'x'.repeat(20)}"`);
  });

  it('keeps its columns with names that take two columns a letter', () => {
    const lines = renderTable(['A', 'B'], [['容器容器容器', 'x']]).split('\n');
    expect(lines).toEqual([`A${' '.repeat(14)}B`, '容器容器容器   x', '']);
  });
});

describe('rows by --format', () => {
  const rows = [psRow(container({ status: 'created' }), NOW, false)];

  it('tell labels in the order of their keys, and one by its key', () => {
    const one = container({});
    const row = psRow({ ...one, config: { ...one.config, labels: { b: '2', 'a.x-y': '' } } }, NOW, false);
    expect([row.Labels, row.Label('b'), row.Label('a.x-y'), row.Label('toString')]).toEqual([
      'a.x-y=,b=2',
      '2',
      '',
      '',
    ]);
  });

  it('name volumes, and the sources of bind mounts: cut, unless they are to be whole', () => {
    const one = container({});
    const mounts = [
      { type: 'volume', name: 'v'.repeat(16), source: '/x', target: '/v', readOnly: false, anonymous: false },
      { type: 'bind', source: '/srv', target: '/mnt', readOnly: false, propagation: 'rprivate' },
      { type: 'tmpfs', target: '/run', options: '' },
    ] as const;
    const row = (whole: boolean) => psRow({ ...one, config: { ...one.config, mounts } }, NOW, whole);
    expect([row(false).Mounts, row(true).Mounts]).toEqual([`${'v'.repeat(14)}…,/srv`, `${'v'.repeat(16)},/srv`]);
    expect(row(false).LocalVolumes).toBe('1');
  });

  it('have the headings of docker where the template starts with table', () => {
    const table = 'table {{.ID}}\\t{{.RunningFor}}\\t{{.Names}}';
    expect(renderRows(table, rows, PS_HEADINGS)).toBe(
      'CONTAINER ID   CREATED       NAMES\n0123456789ab   2 hours ago   web\n',
    );
    expect(renderRows(table, [], PS_HEADINGS)).toBe('CONTAINER ID   CREATED   NAMES\n');
    expect(renderRows('table {{upper .Names}}\\t{{.State}} {{.Label "org.some-role"}}', [], PS_HEADINGS)).toBe(
      'NAMES     STATE some role\n',
    );
  });

  it('are JSON, or what the template makes of each, without one', () => {
    expect(renderRows('{{.Names}}:{{.State}}', rows, PS_HEADINGS)).toBe('web:created\n');
    const { Label, ...fields } = rows[0] as (typeof rows)[number];
    expect(JSON.parse(renderRows('json', rows, PS_HEADINGS))).toEqual(fields);
    expect(fields.Size).toBe('0B (virtual 0B)');
  });
});

describe('the table of tslab stats', () => {
  const traffic = { network: { in: 1_234_567, out: 0 }, disk: { in: 0, out: 4096 } };
  const sample: Sample = { time: 2000, cpuSeconds: 1.5, memory: 1 << 20, memoryLimit: 64 << 20, pids: 3, ...traffic };
  const usage = { config: container({}).config, sample, cpu: [0, 0.5, 1] };

  it('has what docker stats has', () => {
    expect(renderStats([usage], false)).toBe(
      [
        'CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O       BLOCK I/O    PIDS',
        '0123456789ab   web       100.00%   1MiB / 64MiB        1.56%     1.23MB / 0B   0B / 4.1kB   3',
        '',
      ].join('\n'),
    );
    const unknown = / web +-- +-- \/ -- +-- +-- \/ -- +-- \/ -- +--\n$/;
    expect(renderStats([{ ...usage, sample: undefined }], false)).toMatch(unknown);
    const shared = { ...usage, sample: { ...sample, network: undefined } };
    expect(renderStats([shared], false)).toMatch(/% +-- \/ -- +0B \/ 4\.1kB +3\n$/);
  });

  it('has a plot while it is live, where one CPU is full height', () => {
    expect(renderLiveStats([usage], false, true)).toMatch(
      / CPU % {5}CPU OVER TIME .*\n.* 100.00% {3}▁▄█ {13}1MiB .* 3\n$/,
    );
    expect(renderLiveStats([{ ...usage, cpu: [1, 2] }], false, true)).toMatch(/ 200.00% {3}▄█ {14}1MiB/);
    expect(renderLiveStats([{ ...usage, cpu: [] }], false, false)).toMatch(/ -- {24}1MiB/);
  });

  it('counts what went through all interfaces but lo', () => {
    // As Linux 6.18 wrote it, shortened by some columns' worth of blanks.
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed',
      '    lo:  700  7 0 0 0 0 0 0  700  7 0 0 0 0 0 0',
      '  eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0',
      '  eth1:1 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0',
      '',
    ].join('\n');
    expect(parseNetDev(text)).toEqual({ in: 1001, out: 2002 });
  });

  it('counts CPU time against the time that passed', () => {
    expect(cpuShare({ ...sample, time: 1000, cpuSeconds: 1 }, sample)).toBe(0.5);
    expect(cpuShare(sample, sample)).toBe(0);
  });
});

describe('the table of tslab top', () => {
  // As Linux 6.18 wrote it; the name of the program holds what separates the fields.
  const STAT =
    '4790 (a) b (c) S 4700 4790 4790 34817 4790 4194304 1 0 0 0 6450 50 0 0 20 0 1 0 360000 4460544 236 18446744073709551615 1 1 0 0 0 0 0 0 65536 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0';
  const BOOT = NOW / 1000 - 2 * 3600;

  it('reads times and the terminal from /proc/PID/stat', () => {
    expect(parseTimes(STAT, BOOT)).toEqual({
      pid: 4790,
      ppid: 4700,
      tty: 'pts/1',
      cpuSeconds: 65,
      started: NOW - 3600 * 1000,
    });
    expect(parseTimes(STAT.replace(' 34817 ', ' 0 '), BOOT).tty).toBe('?');
  });

  it('has the columns of ps -ef', () => {
    const process = { ...parseTimes(STAT, BOOT), user: 'root', command: 'sleep 1000' };
    const [header, row] = renderProcesses([process], NOW).split('\n');
    expect(header).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD$/);
    expect(row?.split(/ {2,}/)).toEqual([
      'root',
      '4790',
      '4700',
      '1',
      expect.any(String),
      'pts/1',
      '00:01:05',
      'sleep 1000',
    ]);
    const days = { ...process, started: NOW - 30 * 86_400_000 };
    expect(renderProcesses([days], NOW)).toMatch(/ (Jan01|Dec31|Jan02) /);
  });
});
