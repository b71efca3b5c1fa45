import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { AT_FDCWD } from '../../../src/kernel/constants.js';
import { openPty, setWindowSize } from '../../../src/kernel/terminal/pty.js';
import { rawTermios, readTermios, sttyWords, windowSize, writeTermios } from '../../../src/kernel/terminal/termios.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const cannot = !isRoot || spawnSync('script', ['--version']).error !== undefined;
useOwnState();

/** The program at a terminal, with the terminal's settings before and after as `[…]`, and its exit status. */
function between(words: string, columns = 80) {
  const state = 'echo "[$(stty -g)]"';
  return atTerminal(
    `--version; ${state}; '${process.execPath}' '${TSLAB}' ${words}; echo "status $?"; ${state}`,
    columns,
  );
}

function expectRestored(stdout: string): void {
  const [before, after] = [...stdout.matchAll(/\[([0-9a-f:]+)\]/g)].map(([, settings]) => settings);
  expect(before).toMatch(/:/);
  expect(after).toBe(before);
}

/** The terminal of a process, as it is now. */
function isRaw(pid: number): boolean {
  const fd = openSync(`/proc/${pid}/fd/0`, constants.O_RDWR | constants.O_NOCTTY);
  const settings = readTermios(fd) as Uint8Array;
  closeSync(fd);
  return sttyWords(settings) === sttyWords(rawTermios(settings));
}

describe('the settings of a terminal', () => {
  it('are read, made raw, and written back', () => {
    const { master, slave } = openPty(AT_FDCWD, '/dev/ptmx');
    const before = readTermios(slave) as Uint8Array;
    writeTermios(slave, rawTermios(before));
    expect(readTermios(slave)).toEqual(rawTermios(before));
    expect(readTermios(slave)).not.toEqual(before);
    writeTermios(slave, before);
    expect(readTermios(slave)).toEqual(before);
    setWindowSize(master, 123, 45);
    expect(windowSize(slave)).toEqual({ columns: 123, rows: 45 });
    for (const fd of [master, slave]) closeSync(fd);
  });

  it('are told as stty(1) tells them', () => {
    const { master, slave } = openPty(AT_FDCWD, '/dev/ptmx');
    const told = () => spawnSync('stty', ['-g'], { stdio: [slave, 'pipe', 'pipe'], encoding: 'utf8' }).stdout.trim();
    const before = readTermios(slave) as Uint8Array;
    expect(sttyWords(before)).toBe(told());
    writeTermios(slave, rawTermios(before));
    expect(sttyWords(rawTermios(before))).toBe(told());
    for (const fd of [master, slave]) closeSync(fd);
  });

  it('are none of a pipe', () => {
    expect(readTermios(0)).toBeUndefined();
  });
});

describe.skipIf(cannot)('tslab run -it (skipped without root, or script(1))', () => {
  it('has a terminal of its own, under its name, as large as ours', async () => {
    const run = between(
      "run --rm -it busybox sh -c 'tty; stty size; echo TERM=$TERM; test -t 0 -a -t 1 -a -t 2 && echo all'",
      97,
    );
    const { stdout } = await run.ended;
    expect(stdout).toContain('/dev/pts/0\r\n24 97\r\nTERM=xterm\r\nall\r\nstatus 0');
  });

  it('takes what is typed, and Ctrl-C reaches the program inside', async () => {
    const run = between(
      'run --rm -it busybox sh -c \'trap "echo INT" INT; echo ready; sleep 1; read x; echo "got $x"; exit 7\'',
    );
    await run.seen('ready');
    run.type('\x03');
    await run.seen('INT');
    run.type('some words\r');
    const { stdout } = await run.ended;
    expect(stdout).toContain('got some words\r\n');
    expect(stdout).toContain('status 7');
    expectRestored(stdout);
  });

  it('is in raw mode meanwhile: what is typed is shown once, by the program’s own terminal', async () => {
    const run = between("run --rm -it busybox sh -c 'stty -echo; echo ready; read x; echo done'");
    await run.seen('ready');
    run.type('secret\r');
    const { stdout } = await run.ended;
    expect(stdout).not.toContain('secret');
    expectRestored(stdout);
  });

  it('follows the size of our window', async () => {
    const script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done";
    const resize = `T=$(tty); (sleep 2; stty rows 33 cols 55 < $T) & '${process.execPath}' '${TSLAB}' run --rm -it busybox sh -c "${script}"`;
    const { stdout } = await atTerminal(`--version; ${resize}`).ended;
    expect(stdout).toContain('33 55');
  });

  it('gives the terminal back when the container is killed', async () => {
    const run = between("run --rm --name doomed -it busybox sh -c 'echo ready; sleep 1000'");
    await run.seen('ready');
    output('rm', '-f', 'doomed');
    const { stdout } = await run.ended;
    expect(stdout).toContain('status 137');
    expectRestored(stdout);
  });

  it('gives it back when tslab gets a SIGTERM that the container dies of', async () => {
    const run = between(
      'run --name asked -it busybox sh -c \'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done\'',
    );
    await run.seen('ready');
    process.kill(findContainer('asked').state.owner.pid, 'SIGTERM');
    const { stdout } = await run.ended;
    expect(stdout).toContain('status 9');
    expectRestored(stdout);
    output('rm', 'asked');
  });

  it.each([
    "run --rm -it busybox sh -c 'echo ready; exec sleep 1000'",
    "exec -it other sh -c 'echo ready; exec sleep 1000'",
    'attach other',
  ])('gives it back when tslab itself is killed, which runs no code then: %s', async (words) => {
    output('run', '-dit', '--name', 'other', 'busybox', 'sh', '-c', 'while sleep 0.2; do echo ready; done');
    const settings = 'echo "[$(stty -g)]"';
    const tslabNow = `sh -c 'echo pid $$.; exec "$@"' sh '${process.execPath}' '${TSLAB}' ${words}`;
    const run = atTerminal(`--version; ${settings}; ${tslabNow}; echo "status $?"; sleep 1; ${settings}`);
    const pid = Number(/pid (\d+)\./.exec(await run.seen('ready'))?.[1]);
    expect(isRaw(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
    const { stdout } = await run.ended;
    output('rm', '-f', 'other');
    expect(stdout).toContain('status 137');
    expectRestored(stdout);
  });

  it('gives it back when the command is not found', async () => {
    const { stdout } = await between('run --rm -it busybox nosuch').ended;
    expect(stdout).toContain('status 127');
    expectRestored(stdout);
  });

  it('loses none of a lot of output at the end', async () => {
    const { stdout } = await between("run --rm -it busybox sh -c 'seq 20000'").ended;
    expect(stdout).toContain('19999\r\n20000\r\nstatus 0');
  });

  it('belongs to the user that -u names', async () => {
    const { stdout } = await between("run --rm -it -u 1000 busybox sh -c 'stat -c %u $(tty); echo open > $(tty)'")
      .ended;
    expect(stdout).toContain('1000\r\nopen\r\nstatus 0');
  });

  it('is an error of docker’s where our input is no terminal', () => {
    expect(tslab(['run', '-it', 'busybox', 'true'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the input device is not a TTY'),
    });
  });

  it('needs none for output alone', () => {
    expect(tslab(['run', '--rm', '-t', 'busybox', 'tty']).stdout).toBe('/dev/pts/0\r\n');
  });

  it('ends a writer whose output nobody reads any more', () => {
    const command = `'${process.execPath}' '${TSLAB}' run --rm -t busybox yes | head -1`;
    const { stdout, signal } = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 20_000 });
    expect({ stdout, signal }).toEqual({ stdout: 'y\r\n', signal: null });
  });
});

describe.skipIf(cannot)('tslab exec -it (skipped without root, or script(1))', () => {
  it('has a terminal in the container’s own /dev/pts, and gives ours back', async () => {
    output('run', '-d', '--name', 'host', 'busybox', 'sleep', '1000');
    const run = between('exec -it host sh -c \'tty; stty size; echo ready; read x; echo "got $x"; exit 6\'', 71);
    await run.seen('ready');
    run.type('it\r');
    const { stdout } = await run.ended;
    expect(stdout).toContain('/dev/pts/0\r\n24 71\r\nready');
    expect(stdout).toContain('got it\r\nstatus 6');
    expectRestored(stdout);
  });

  it('does not wait for what stays behind', async () => {
    const { stdout } = await between("exec -it host sh -c 'sleep 1000 & echo back'").ended;
    expect(stdout).toContain('back\r\nstatus 0');
  });
});

describe.skipIf(cannot)('tslab run -dit (skipped without root, or script(1))', () => {
  it('keeps its terminal when the supervisor dies, and can be attached to', async () => {
    output('run', '-dit', '--name', 'kept', 'busybox', 'sh');
    process.kill(findContainer('kept').state.owner.pid, 'SIGKILL');
    const run = between('attach kept', 66);
    const poke = setInterval(() => run.type('\r'), 200);
    await run.seen('# ');
    clearInterval(poke);
    run.type('tty; stty size; echo still here\r');
    await run.seen('still here', 2);
    run.type('\x10\x11');
    const { stdout } = await run.ended;
    expect(stdout).toContain('/dev/pts/0\r\n24 66\r\nstill here\r\n');
    expect(stdout).toContain('status 0');
    expectRestored(stdout);
    expect(findContainer('kept').state.status).toBe('running');
    output('rm', '-f', 'kept');
  });

  it('keeps it when the cat that fills its log is killed: there is another one soon', async () => {
    output('run', '-dt', '--name', 'ticking', 'busybox', 'sh', '-c', 'while sleep 0.1; do date +%s%N; done');
    const { init } = findContainer('ticking').state;
    const log = () => output('logs', 'ticking');
    await until(() => log() !== '');
    const [cat] = listProcesses().filter(({ ppid, comm }) => ppid === holderOf('ticking') && comm === 'cat');
    process.kill(cat?.pid as number, 'SIGKILL');
    const { length } = log();
    await until(() => log().length > length + 20);
    expect(findContainer('ticking').state).toMatchObject({ status: 'running', init });
    output('rm', '-f', 'ticking');
    await until(() => !existsSync(`/proc/${cat?.ppid}`));
  });
});

/** The process that holds the master of a detached container's terminal. */
function holderOf(name: string): number {
  return JSON.parse(readFileSync(`${findContainer(name).directory}/terminal.json`, 'utf8')).pid;
}
