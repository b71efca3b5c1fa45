import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { isAlive, readProcess, startTime } from '../../src/procfs/processes.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { stateDirectory } from '../../src/state/directories.js';
import { needs } from '../support/needs.js';
import { DemoTerminal } from './demo-terminal.js';
import { atTerminal, leftSince, tslab } from './tslab.js';

const LAB = '01-pid-namespace';
const KEYS = 'Space: go on';
const hasScript = !spawnSync('script', ['--version']).error;

describe.skipIf(!hasScript)('--hold', () => {
  it('keeps the processes of a step alive until a key, and then ends them', async () => {
    const run = atTerminal(`${LAB} --hold clone-newpid`);
    const pid = pidIn(await run.seen(KEYS));
    const born = startTime(pid) ?? 0;
    expect(isAlive(pid, born)).toBe(true);
    run.type('\r');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain(`${LAB} held`);
    expect(status).toBe(0);
    expect(isAlive(pid, born)).toBe(false);
    expect(stdout.split(KEYS)).toHaveLength(2);
  });

  it('says what another terminal can type, and that works', async () => {
    const run = atTerminal('02 --hold table --no-color');
    const shown = await run.seen(KEYS);
    for (const command of commandsIn(shown)) {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { input: 'echo /*', encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      if (command.includes('nsenter')) expect(stdout).not.toContain('/root/');
    }
    run.type('\r');
    expect((await run.ended).status).toBe(0);
  });

  it('opens a shell where the container is, to which Ctrl-C belongs, and goes on', async () => {
    const run = atTerminal(`${LAB} --hold clone-newpid; stty -a`);
    await run.seen(KEYS);
    run.type('s');
    await run.seen('# ');
    run.type(`N=$$ sh -c 'echo "number $N of $(echo /*)"; exec sleep 100'\r`);
    expect(await run.seen('number 2 of')).toContain('number 2 of /bin');
    run.type('\x03');
    await run.seen('# ', 2);
    run.type('echo still "$?"; exit\r');
    await run.seen('still 130');
    await run.seen(KEYS, 2);
    run.type('\r');
    const { stdout } = await run.ended;
    expect(stdout).toContain(`${LAB} held`);
    expect(stdout).toMatch(/[^-]isig [^-]*icanon/);
  });

  it('goes on where somebody has ended what was held', async () => {
    const run = atTerminal(`${LAB} --hold clone-newpid`);
    process.kill(pidIn(await run.seen(KEYS)), 'SIGKILL');
    run.type('\r');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain(`${LAB} held`);
    expect(status).toBe(0);
  });

  it('says so where the processes of a step have ended by themselves', async () => {
    const { status, stdout } = await atTerminal('02 --hold pivot-einval').ended;
    expect(stdout).toContain('Nothing of this step is alive');
    expect(stdout).not.toContain(KEYS);
    expect(status).toBe(0);
  });

  it('makes the container of a step again whose program has ended, and says so', async () => {
    const before = takeSnapshot();
    const run = atTerminal(`${LAB} --hold old-proc,mount-proc --no-color`);
    await run.seen('made again');
    run.type('\r');
    await run.seen(KEYS, 2);
    run.type('s');
    await run.seen('# ');
    run.type('set -- /proc/[0-9]*; echo "$# processes"; exit\r');
    await run.seen('2 processes');
    await run.seen(KEYS, 3);
    run.type('\r');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain(`${LAB} held`);
    expect(status).toBe(0);
    expect(leftSince(before)).toEqual([]);
  });

  it('takes Ctrl-C for what it is, and leaves nothing behind', async () => {
    const before = takeSnapshot();
    const run = atTerminal('05 --hold cgroup');
    const pid = pidIn(await run.seen(KEYS));
    const born = startTime(pid) ?? 0;
    run.type('\x03');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain('interrupted');
    expect(status).toBe(130);
    expect(isAlive(pid, born)).toBe(false);
    expect(leftSince(before)).toEqual([]);
  });

  it('ends the shell, too, where a signal ends the lab', async () => {
    const before = takeSnapshot();
    const run = atTerminal(`${LAB} --hold clone-newpid`);
    const pid = pidIn(await run.seen(KEYS));
    const born = startTime(pid) ?? 0;
    run.type('s');
    await run.seen('# ');
    process.kill(readProcess(pid)?.ppid ?? 0, 'SIGTERM');
    expect((await run.ended).status).toBe(143);
    expect(isAlive(pid, born)).toBe(false);
    expect(leftSince(before)).toEqual([]);
  });

  it('names the steps there are where it knows none of that name', async () => {
    const { status, stdout } = await atTerminal(`${LAB} --hold nowhere`).ended;
    expect(stdout).toContain('has no step "nowhere"');
    expect(stdout).toContain('clone-newpid');
    expect(status).toBe(2);
  });
});

describe.skipIf(!hasScript)('the stop at a result', () => {
  it('finds the container alive: commands for another terminal, and a shell inside', async () => {
    const run = atTerminal(`${LAB} --no-color`, 110);
    await run.seen('h: look');
    run.type('h');
    const pid = pidIn(await run.seen('nsenter'));
    const born = startTime(pid) ?? 0;
    run.type('s');
    await run.seen('# ');
    run.type('echo inside "$?"; exit\r');
    await run.seen('inside 0');
    await run.seen('h: look', 3);
    expect(isAlive(pid, born)).toBe(true);
    run.type(' ');
    await run.seen('or Space');
    expect(isAlive(pid, born)).toBe(false);
    run.type('q');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain('the host is as it was before');
    expect(status).toBe(0);
  });

  it('does so in a demo, too', async () => {
    await using demo = new DemoTerminal(`${LAB} --no-color`, process.env.TSLAB_STATE ?? stateDirectory());
    await demo.shows('11 steps');
    await demo.type(' ').shows('run it');
    await demo.type(' ').shows('shell inside');
    await demo.type('h').shows('nsenter');
    await demo.type('s').wrote('# ', 1);
    await demo.type('exit\r').wrote('\x1b[?1049h', 2);
    await demo.type(' ').shows('Checked against the kernel');
    const { status, stdout } = await demo.type('q').ended;
    expect(stdout.slice(stdout.lastIndexOf('\x1b[?1049l'))).toContain('the host is as it was before');
    expect(status).toBe(0);
  });
});

it('--hold needs a terminal', () => {
  const { status, stderr } = tslab([LAB, '--hold']);
  expect(stderr).toContain('needs a terminal');
  expect(status).toBe(2);
});

const FASTER: Readonly<Record<string, string>> = { '03-cgroups': '--seconds 1' };

describe.skipIf(!hasScript)('every lab', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(CATALOGUE.map(({ id }) => id))('%s can be held at each of its steps, and holds', async (id) => {
    const run = atTerminal(`${id} --hold ${FASTER[id] ?? ''}`);
    for (let stops = 1; await Promise.race([run.seen(KEYS, stops), run.ended.then(() => '')]); stops++) run.type('\r');
    const { stdout } = await run.ended;
    expect(stdout).toContain(`${id} held`);
  });
});

/** The process that is held first. */
function pidIn(shown: string): number {
  return Number(/\/proc\/(\d+)\/status/.exec(shown.slice(shown.indexOf('In another terminal')))?.[1]);
}

function commandsIn(shown: string): string[] {
  const lines = shown.slice(shown.indexOf('In another terminal')).split(/\r?\n/);
  return lines.filter((line) => line.startsWith('    ')).map((line) => line.trim());
}
