import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/container/health/health-file.js';
import { findContainer } from '../../../src/container/store/find.js';
import { isAlive, listProcesses } from '../../../src/procfs/processes.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const cannot = !isRoot || spawnSync('script', ['--version']).error !== undefined;
useOwnState();
afterEach(() => {
  if (isRoot) tslab(['rm', '-f', 'box']);
});

const KEYS = '\x10\x11';

/** The program at a terminal, then its exit status, and whether the terminal's settings are as before. */
function between(words: string) {
  const command = `before=$(stty -g); '${process.execPath}' '${TSLAB}' ${words}; echo "status $?"`;
  return atTerminal(`--version; ${command}; [ "$before" = "$(stty -g)" ] && echo restored`);
}

/** Leaves what was started, once it has said a word. */
async function leave(words: string, said: string, keys = KEYS): Promise<string> {
  const run = between(words);
  await run.seen(said);
  run.type(keys);
  return (await run.ended).stdout;
}

const LEFT = /read escape sequence\r\nstatus 0\r\nrestored\r\n$/;
const state = () => findContainer('box').state;

describe.skipIf(cannot)('a container that is left (skipped without root, or script(1))', () => {
  it('goes on with its terminal: ps shows it, logs have all, attach and wait work', async () => {
    expect(await leave('run -it --name box busybox sh', '/ # ')).toMatch(LEFT);
    expect(output('ps', '--format', '{{.Names}} {{.Status}}')).toMatch(/^box Up /);
    const waiting = atTerminal('wait box');
    const again = between('attach box');
    await again.seen('/ # ');
    again.type('tty; echo $((6 * 7))\r');
    await again.seen('42');
    again.type('exit 7\r');
    expect((await again.ended).stdout).toMatch(/\/dev\/pts\/0\r\n42\r\n.*status 7\r\nrestored/s);
    expect((await waiting.ended).stdout).toBe('7\r\n');
    expect(output('logs', 'box')).toMatch(/^.*\/ # .*42\r\n/s);
    const told = output('events', '-f', 'type=container', '--until', '0s', '--format', '{{.Action}}');
    expect(told).toBe('create\nattach\nstart\ndetach\nattach\ndie\n');
  });

  it('is checked by the supervisor from then on, where a check of its health was asked for', async () => {
    const flags = '--health-cmd true --health-interval 200ms';
    expect(await leave(`run -it --name box ${flags} busybox sh`, '/ # ')).toMatch(LEFT);
    const results = () => healthOf(findContainer('box'))?.log ?? [];
    const before = results().at(-1);
    await until(() => results().length === 5 && !results().some(({ start }) => start === before?.start));
    expect(results().every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(output('ps', '-f', 'health=healthy', '--format', '{{.Status}}')).toMatch(/^Up .* \(healthy\)$/m);
  });

  it('has in its log what it printed before it was left, while nobody watched, and at its end', async () => {
    const script = 'echo before; read x; sleep 0.5; echo alone; sleep 0.5; echo last; exit 3';
    const run = between(`run -it --name box busybox sh -c '${script}'`);
    await run.seen('before');
    run.type(`\r${KEYS}`);
    expect((await run.ended).stdout).toMatch(LEFT);
    await until(() => state().status === 'exited');
    expect(state()).toMatchObject({ exitCode: 3, error: '' });
    expect(output('logs', 'box').replaceAll('\r', '')).toBe('before\n\nalone\nlast\n');
  });

  it('is removed at its end with --rm, and the process that holds its terminal ends', async () => {
    expect(await leave("run --rm -it --name box busybox sh -c 'echo ready; read x'", 'ready')).toMatch(LEFT);
    const { directory } = findContainer('box');
    const holders = () => listProcesses().filter(({ ppid, comm }) => ppid === 1 && comm === 'sh');
    const before = holders().length;
    const again = between('attach box');
    const poke = setInterval(() => again.type('\r'), 100);
    await again.ended;
    clearInterval(poke);
    await until(() => !existsSync(directory));
    await until(() => holders().length < before);
  });

  it('is left at the keys that --detach-keys names; the usual ones are the program’s then', async () => {
    const run = between("run --detach-keys ctrl-x,a -it --name box busybox sh -c 'stty raw; echo ready; cat -v'");
    await run.seen('ready');
    run.type(KEYS);
    await run.seen('^P^Q');
    run.type('\x18b\x18');
    await run.seen('^Xb');
    run.type('a');
    expect((await run.ended).stdout).toMatch(LEFT);
    expect(state().status).toBe('running');
  });

  it('can be started again in front, and left again', async () => {
    const run = between("run -it --name box busybox sh -c 'echo ready; read x; exit 4'");
    await run.seen('ready');
    run.type('\r');
    expect((await run.ended).stdout).toContain('status 4');
    for (let i = 0; i < 2; i++) {
      expect(await leave('start -ai box', 'ready')).toMatch(LEFT);
      expect(state().status).toBe('running');
      output('kill', 'box');
      await until(() => state().status === 'exited');
    }
  });

  it('goes on when its supervisor is killed afterwards: the next one tells how it ended', async () => {
    expect(await leave("run -it --name box busybox sh -c 'echo ready; read x; exit 5'", 'ready')).toMatch(LEFT);
    process.kill(state().owner.pid, 'SIGKILL');
    const again = between('attach box');
    const poke = setInterval(() => again.type('\r'), 100);
    expect((await again.ended).stdout).toContain('status 5');
    clearInterval(poke);
  });

  it('keeps the programs that an exec has added', async () => {
    const run = between("run -it --name box busybox sh -c 'echo ready; exec sleep 1000'");
    await run.seen('ready');
    output('exec', '-d', 'box', 'sleep', '999');
    run.type(KEYS);
    await run.ended;
    expect(output('exec', 'box', 'ps')).toContain('sleep 999');
  });

  it('is killed when tslab is killed before, whether or not its program minds the end of its terminal', async () => {
    const run = atTerminal(`run -it --name box busybox sh -c 'trap "" HUP; echo ready; exec sleep 1000'`);
    await run.seen('ready');
    const { init, owner } = state();
    process.kill(owner.pid, 'SIGKILL');
    await until(() => !isAlive(init.pid, init.startTime));
    await run.ended;
  });
});

describe.skipIf(cannot)('a program of exec that is left (skipped without root, or script(1))', () => {
  it('goes on, however much it prints, and ends with the container', async () => {
    output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000');
    const script = 'echo ready; trap "" HUP; seq 100000; touch /tmp/done; exec sleep 999';
    expect(
      await leave(`exec -it box sh -c '${script.replace('ready;', 'ready; read x;')}'`, 'ready', `\r${KEYS}`),
    ).toMatch(LEFT);
    await until(() => tslab(['exec', 'box', 'test', '-e', '/tmp/done']).status === 0);
    expect(output('exec', 'box', 'ps')).toContain('sleep 999');
  });

  it('is killed when tslab is killed before', async () => {
    output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000');
    const run = atTerminal(`exec -it box sh -c 'trap "" HUP; echo ready; exec sleep 999'; echo over`);
    await run.seen('ready');
    const [client] = listProcesses().filter(({ pid }) => isClient(pid));
    process.kill(client?.pid as number, 'SIGKILL');
    await until(() => !output('exec', 'box', 'ps').includes('sleep 999'));
    await run.ended;
  });
});

describe.skipIf(!isRoot)('--detach-keys (skipped without root)', () => {
  it.each([
    ['run', ['run', '--detach-keys', 'ctrl-1', 'busybox', 'true'], 125],
    ['exec', ['exec', '--detach-keys=ctrl-1', 'box', 'true'], 1],
    ['attach', ['attach', '--detach-keys', 'ctrl-1', 'box'], 1],
    ['start', ['start', '-a', '--detach-keys', 'ctrl-1', 'box'], 1],
  ])('refuses what are no keys: %s', (_, words, status) => {
    const { stderr, ...result } = tslab(words);
    expect(result.status).toBe(status);
    expect(stderr).toContain('Invalid detach keys (ctrl-1) provided');
  });
});

/** Whether a process is `tslab exec` at a terminal. */
function isClient(pid: number): boolean {
  const words = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  return words.includes('exec') && words.includes('-it') && words.includes('box') && words[0] === process.execPath;
}
