import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { MOST_BYTES } from '../../../src/state/event-log.js';
import { jsonLines, start, tslab } from '../tslab.js';
import { killInit, output, removeBehindEach, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
const file = (name: string) => join(state(), name);

/** What is told of one container, or with no name of all, as `action name`. */
function told(...filters: string[]): string[] {
  const words = filters.flatMap((filter) => ['--filter', filter]);
  return linesOf(output('events', '--until', '0s', ...words, '--format', '{{.Action}}'));
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A follower of what happens from now on: `ready` makes a volume until the follower has seen that. */
async function follower(...words: string[]) {
  const events = start(['events', ...words]);
  let isReady = false;
  const seen = events.seen('ready-').then(() => (isReady = true));
  for (let i = 0; !isReady; i++) {
    output('volume', 'create', `ready-${process.pid}-${i}`);
    await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  return events;
}

describe.skipIf(!isRoot)('tslab events (skipped without root: it runs containers)', () => {
  removeBehindEach();

  it('tells the life of a container in order', async () => {
    const { config } = runDetached('web', 'trap "exit 7" TERM; while :; do sleep 0.1; done', ['-l', 'tier=front']);
    output('pause', 'web');
    output('unpause', 'web');
    expect(tslab(['exec', 'web', 'sh', '-c', 'exit 3']).status).toBe(3);
    output('update', '--restart', 'no', 'web');
    output('rename', 'web', 'site');
    output('restart', 'site');
    output('kill', '-s', 'HUP', 'site');
    output('kill', 'site');
    output('wait', 'site');
    output('rm', 'site');
    const actions = told(`container=${config.id}`, 'type=container');
    const sh = 'sh -c exit 3';
    const beginning = ['create', 'start', 'pause', 'unpause', `exec_create: ${sh}`, `exec_start: ${sh}`, 'exec_die'];
    const again = ['update', 'rename', 'kill', 'die', 'stop', 'start', 'restart'];
    expect(actions).toEqual([...beginning, ...again, 'kill', 'kill', 'die', 'destroy']);
    const all = output('events', '--since', '10m', '--until', '0s', '-f', `container=${config.id}`);
    for (const line of linesOf(all)) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000000(Z|[+-]\d\d:\d\d) container /);
      expect(line).toMatch(new RegExp(` ${config.id} \\(.*image=busybox, name=(web|site).*tier=front\\)$`));
    }
    expect(all).toContain('exec_die');
    expect(all).toMatch(/ die \w+ \(exitCode=7, image=busybox, name=site, tier=front\)/);
    expect(all).toMatch(/ rename \w+ \(image=busybox, name=site, oldName=\/web, tier=front\)/);
    expect(all).toMatch(/ kill \w+ \(image=busybox, name=site, signal=1, tier=front\)/);
  });

  it('tells of one in the foreground, its end by want of memory, and of its volumes', () => {
    const flags = ['--rm', '--name', 'greedy', '--memory', '16m', '-v', 'data:/data', '-v', '/cache'];
    expect(tslab(['run', ...flags, 'busybox', 'tail', '/dev/zero']).status).toBe(137);
    expect(told('container=greedy')).toEqual(['create', 'attach', 'start', 'oom', 'die', 'destroy']);
    expect(told('volume=data')).toEqual(['create', 'mount', 'unmount']);
    output('volume', 'rm', 'data');
    expect(told('volume=data', 'event=destroy')).toEqual(['destroy']);
    const made = told('type=volume', 'event=create').length;
    // The one without a name goes with its container.
    expect(made - told('type=volume', 'event=destroy').length).toBe(0);
  });

  it('tells two followers the same, each event once, also where the file is rotated meanwhile', async () => {
    const followers = [await follower('--format', '{{.Action}} {{.Actor.ID}}'), await follower()];
    // As many bytes as leave room for a few lines, in blank ones.
    const left = MOST_BYTES - statSync(file('events.jsonl')).size;
    appendFileSync(file('events.jsonl'), '\n'.repeat(left - 500));
    for (let i = 0; i < 10; i++) output('volume', 'create', `turned-${i}`);
    expect(statSync(file('events.1.jsonl')).size).toBeGreaterThanOrEqual(MOST_BYTES);
    expect(statSync(file('events.jsonl')).size).toBeLessThan(MOST_BYTES / 2);
    const names = Array.from({ length: 10 }, (_, i) => `turned-${i}`);
    for (const one of followers) {
      const text = await one.seen('turned-9');
      one.kill('SIGTERM');
      await one.ended;
      expect(text.match(/turned-\d/g)).toEqual(names);
    }
    expect(output('events', '--until', '0s', '-f', 'volume=turned').match(/turned-\d/g)).toEqual(names);
  });

  it('tells of an end once where the supervisor was killed before', async () => {
    const web = runDetached('orphan', 'sleep 1000');
    const { pid, startTime } = web.state.owner;
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid, startTime));
    await killInit(findContainer('orphan'));
    output('ps', '-a');
    output('ps', '-a');
    expect(told('container=orphan')).toEqual(['create', 'start', 'die']);
    expect(output('events', '--until', '0s', '-f', 'event=die', '-f', 'container=orphan')).toContain('exitCode=137');
  });

  it('tells that a check has changed the health', async () => {
    const flags = ['--health-cmd', 'test -e /ready', '--health-interval', '100ms', '--health-retries', '1'];
    runDetached('checked', 'sleep 1000', flags);
    await until(() => told('container=checked', 'event=health_status').length > 0);
    output('exec', 'checked', 'touch', '/ready');
    await until(() => told('container=checked', 'event=health_status').length > 1);
    const health = told('container=checked', 'event=health_status');
    expect(health).toEqual(['health_status: unhealthy', 'health_status: healthy']);
    expect(told('container=checked', 'event=exec_create').length).toBeGreaterThan(1);
    output('kill', 'checked');
  });
});

describe('tslab events of volumes', () => {
  it('shows what came since, ends at a moment, and takes docker system events', async () => {
    output('volume', 'create', 'old');
    const [{ time = 0, timeNano = 0 } = {}] = jsonLines(
      output('events', '--until', '0s', '-f', 'volume=old', '--format', 'json'),
    ) as { time?: number; timeNano?: number }[];
    expect(Math.floor(timeNano / 1e9)).toBe(time);
    const exactly = output('events', '--until', '0s', '-f', 'volume=old', '--format', '{{.TimeNano}}').trim();
    expect(exactly).toBe(`${Math.round(timeNano / 1e6)}000000`);
    output('volume', 'create', 'new');
    const moment = `${exactly.slice(0, -9)}.${exactly.slice(-9)}`;
    const since = output('system', 'events', '--since', moment, '--until', '0s', '--format', '{{.Actor.ID}}');
    expect(linesOf(since)).toEqual(['old', 'new']);
    const until = output('events', '--until', moment, '--format', '{{.Actor.ID}}');
    expect(linesOf(until).at(-1)).toBe('old');
    expect(output('events', '--since', '0s', '--until', '-1s')).toBe('');
  });

  it('gives JSON as Docker does, and one object a line', () => {
    output('volume', 'create', 'shown');
    const [first] = jsonLines(output('events', '--until', '0s', '--filter', 'volume=shown', '--format', 'json'));
    const { time, timeNano, ...rest } = first as Record<string, unknown>;
    const Actor = { ID: 'shown', Attributes: { driver: 'local' } };
    expect(rest).toEqual({ Type: 'volume', Action: 'create', Actor, scope: 'local' });
    const json = output('events', '--until', '0s', '--filter', 'volume=shown', '--format', '{{json .}}');
    expect(JSON.parse(json)).toEqual(first);
  });

  it('has times in this time zone, as Go writes them', () => {
    output('volume', 'create', 'timed');
    const line = (TZ: string) => tslab(['events', '--until', '0s', '-f', 'volume=timed'], { TZ }).stdout;
    const [{ timeNano = 0 } = {}] = jsonLines(
      output('events', '--until', '0s', '-f', 'volume=timed', '--format', 'json'),
    ) as { timeNano?: number }[];
    const zones = { UTC: 'Z', 'Asia/Kolkata': '+05:30', 'America/Caracas': '-04:00' };
    for (const [TZ, zone] of Object.entries(zones)) {
      const [time = ''] = line(TZ).split(' ');
      expect([time.slice(29), Date.parse(time)]).toEqual([zone, Math.round(timeNano / 1e6)]);
    }
  });

  it('takes several values of a filter as alternatives, and knows labels', () => {
    for (const name of ['one', 'two', 'three']) output('volume', 'create', name);
    const ids = (...words: string[]) =>
      linesOf(output('events', '--until', '0s', ...words, '--format', '{{.Actor.ID}}'));
    expect(ids('-f', 'volume=one', '-f', 'volume=two', '-f', 'event=create')).toEqual(['one', 'two']);
    expect(ids('-f', 'type=container', '-f', 'volume=one')).toEqual([]);
    expect(ids('-f', 'label=driver=local', '-f', 'volume=three')).toEqual(['three']);
    expect(ids('-f', 'image=busybox', '-f', 'volume=three')).toEqual([]);
  });

  it('tells what happens to images, and to one by its name', () => {
    output('create', '--name', 'box', '--network', 'none', 'busybox');
    output('commit', 'box', 'one:1');
    output('tag', 'one:1', 'two:1');
    output('save', '-o', file('one.tar'), 'one:1');
    output('load', '-i', file('one.tar'));
    output('rmi', 'two:1');
    expect(told('type=image')).toEqual(['tag', 'save', 'load', 'untag']);
    expect(told('image=two:1')).toEqual(['tag', 'untag']);
    expect(told('image=one', 'type=image')).toEqual(['save', 'load']);
  });

  it.each([
    [['-f', 'colour=red'], 'invalid filter \'colour\' in "--filter colour=red"'],
    [['-f', 'red'], 'bad format of filter'],
    [['--since', 'soon'], '--since "soon" is not a time'],
    [['--since', '1s', '--until', '1m'], '--since "1s" cannot be after --until "1m"'],
    [['--format', '{{.Colour}}'], 'template parsing error'],
  ])('refuses %j at once', (words, message) => {
    const { status, stderr } = tslab(['events', ...words]);
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining(message)]);
  });

  it('reads over a line that was cut short, and one that says nothing', () => {
    appendFileSync(file('events.jsonl'), '\n{"time":1,"type":"volu');
    output('volume', 'create', 'behind');
    appendFileSync(
      file('events.jsonl'),
      '{"time":1e99,"type":"volume","action":"x","id":"x","attributes":{}}\nnull\n{"ti',
    );
    expect(told('volume=behind')).toEqual(['create']);
  });

  it('lets nothing fail where its file cannot be written', () => {
    const kept = readFileSync(file('events.jsonl'));
    rmSync(file('events.jsonl'));
    mkdirSync(file('events.jsonl'));
    output('volume', 'create', 'untold');
    expect(existsSync(file('volumes/untold/_data'))).toBe(true);
    expect(told('volume=untold')).toEqual([]);
    rmSync(file('events.jsonl'), { recursive: true });
    writeFileSync(file('events.jsonl'), kept);
    output('volume', 'create', 'told');
    expect(told('volume=told')).toEqual(['create']);
  });
});
