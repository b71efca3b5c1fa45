import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, TSLAB } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const cannot = !isRoot || spawnSync('script', ['--version']).error !== undefined;
useOwnState();
beforeAll(() => {
  if (isRoot) output('run', '-d', '--name', 'host', 'busybox', 'sleep', '1000');
});

/** What a program can do with a terminal that leaks: each line is one way. Nothing but the last line is printed where none does. */
const WAYS = [
  'for fd in 0 1 2; do test -t $fd && echo "terminal $fd"; done',
  'for fd in 1 2; do timeout 1 head -c 1 <&$fd 2>/dev/null && echo "read $fd"; done',
  '(: < /dev/tty) 2>/dev/null && echo controlling',
  'ls -l /proc/self/fd 2>/dev/null | grep -E "/pts/|/tty|/console"',
  'echo done',
].join('; ');

/** What `tslab` prints at a terminal, told these words for a shell. */
async function shown(words: string): Promise<string> {
  const { stdout } = await atTerminal(`--version >/dev/null; '${process.execPath}' '${TSLAB}' ${words}`).ended;
  return stdout;
}

describe.skipIf(cannot)('our terminal, without -t (skipped without root, or script(1))', () => {
  it.each([
    ['run --rm', ''],
    ['run --rm -i', ''],
    ['run --rm --init', ''],
    ['run --rm', '> /dev/tty'],
    ['run --rm', '2> /dev/null'],
    ['run --rm', '< /dev/null'],
    ['exec', ''],
    ['exec -i', ''],
  ])('is none of the program’s: %s … %s', async (command, redirection) => {
    const where = command.startsWith('exec') ? 'host' : 'busybox';
    expect(await shown(`${command} ${where} sh -c '${WAYS}' ${redirection}`)).toBe('done\r\n');
  });

  it('gives what is typed to a program with -i, up to Ctrl-D', async () => {
    const run = atTerminal("run --rm -i busybox sh -c 'echo ready; cat; echo end'");
    await run.seen('ready');
    run.type('some words\r\x04');
    const { stdout } = await run.ended;
    expect(stdout).toBe('ready\r\nsome words\r\nsome words\r\nend\r\n');
  });

  it('keeps the order of what goes to both outputs, and loses nothing of a lot', async () => {
    const script = 'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done; seq 100000';
    const lines = (await shown(`run --rm busybox sh -c '${script}'`)).split('\r\n');
    expect(lines.slice(0, 4)).toEqual(['out 1', 'err 1', 'out 2', 'err 2']);
    expect(lines.slice(-2)).toEqual(['100000', '']);
    expect(lines).toHaveLength(100_011);
  });

  it('shows what another user writes to /dev/stderr, as with docker', async () => {
    expect(await shown("run --rm -u 1000 busybox sh -c 'echo hi > /dev/stderr'")).toBe('hi\r\n');
  });

  it('is none of a detached container’s, which a supervisor starts that was started here', async () => {
    output('run', '--rm', 'busybox', 'true');
    await shown(`run -d --name away busybox sh -c '${WAYS}'; '${process.execPath}' '${TSLAB}' wait away`);
    expect(output('logs', 'away')).toBe('done\n');
    output('rm', 'away');
  });

  it('sends Ctrl-C on to the program', async () => {
    const run = atTerminal(
      'run --rm busybox sh -c \'trap "echo INT; exit 7" INT; echo ready; while :; do sleep 0.05; done\'; echo "status $?"',
    );
    await run.seen('ready');
    run.type('\x03');
    expect((await run.ended).stdout).toContain('INT\r\nstatus 7\r\n');
  });

  it('does not wait for what an exec leaves behind', async () => {
    expect(await shown("exec host sh -c 'sleep 1000 & echo back'")).toBe('back\r\n');
  });

  it('leaves a pipe in its place to the program itself', async () => {
    expect(await shown("run --rm busybox sh -c 'readlink /proc/self/fd/1 >&2; test -t 2 || echo not' | cat")).toMatch(
      /^(?=.*pipe:)(?=.*not\r\n)/s,
    );
  });
});

describe.skipIf(!isRoot)('a socket that is our input and output (skipped without root)', () => {
  it('is not read by a program without -i, as a terminal is not', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [ours] = (await once(server, 'connection')) as [Socket];
    client.write('secret\n');
    let heard = '';
    // What nobody has read makes the end a reset.
    client.on('data', (data) => (heard += data)).on('error', () => {});
    const script = 'echo out; timeout 1 head -c 1 <&1 2>/dev/null && echo read; echo err >&2';
    const words = [TSLAB, 'run', '--rm', 'busybox', 'sh', '-c', script];
    const child = spawn(process.execPath, words, { stdio: [ours, ours, ours] });
    ours.destroy();
    expect((await once(child, 'exit'))[0]).toBe(0);
    if (!client.closed) await once(client, 'close');
    expect(heard).toBe('out\nerr\n');
    server.close();
  });
});

describe.skipIf(!isRoot)('a pipe that nobody reads any more (skipped without root)', () => {
  const loop = 'trap "" PIPE HUP; while :; do echo x; sleep 0.1; done';
  const read = (words: string, reader: string) =>
    spawnSync('bash', ['-c', `'${process.execPath}' '${TSLAB}' ${words} 2>/dev/null | ${reader}`], {
      encoding: 'utf8',
      timeout: 20_000,
    });

  it.each(['run --rm', 'run --rm -t', 'exec', 'exec -t'])('ends a program that does not care: %s', async (command) => {
    const { stdout, signal } = read(
      `${command} ${command.startsWith('exec') ? 'host' : 'busybox'} sh -c '${loop}'`,
      'head -1',
    );
    expect({ stdout: stdout.trim(), signal }).toEqual({ stdout: 'x', signal: null });
    expect(output('exec', 'host', 'ps')).not.toContain('trap');
    expect(output('ps', '-aq').trim().split('\n')).toHaveLength(1);
  });

  it('ends none that has nothing more to say', async () => {
    const { stdout } = read("run --name busy busybox sh -c 'echo x; sleep 2; exit 5'", 'head -1');
    expect(stdout).toBe('x\n');
    expect(output('inspect', '-f', '{{.State.ExitCode}}', 'busy')).toBe('5\n');
    output('rm', 'busy');
  });
});
