import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, shell, start, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const cannot = !isRoot || spawnSync('script', ['--version']).error !== undefined;
useOwnState();

/** A detached container, given the words behind `run -d`. */
function box(...words: string[]): void {
  output('run', '-d', '--name', 'box', ...words);
}

const log = () => readFileSync(join(findContainer('box').directory, 'stdout.log'), 'utf8');

afterEach(() => {
  if (isRoot) tslab(['rm', '-f', 'box']);
});

describe.skipIf(cannot)('tslab attach at a terminal (skipped without root, or script(1))', () => {
  it('shows the prompt each time, without a key', async () => {
    box('-it', 'busybox', 'sh');
    for (let i = 0; i < 2; i++) {
      const run = atTerminal('attach box');
      await run.seen('/ # ');
      run.type('\x10\x11');
      await run.ended;
    }
    const run = atTerminal('attach box');
    // The second time is that of the right size.
    await run.seen('/ # ', 2);
    run.type('stty size\r');
    await run.seen('24 80');
    run.type('\x10\x11');
    await run.ended;
  });

  it('redraws for one who only looks on, also in a window without a size', async () => {
    const script = 'trap "echo drawn" WINCH; while :; do sleep 0.05; done';
    box('-t', 'busybox', 'sh', '-c', script);
    for (const columns of [80, 80, 0]) {
      const run = atTerminal('attach --no-stdin box', columns);
      await run.seen('drawn');
      run.kill('SIGKILL');
      await run.ended;
    }
  });

  it('hears Ctrl-P Ctrl-Q also where the program has closed its input meanwhile', async () => {
    box('-i', 'busybox', 'sh', '-c', 'read x; exec <&-; echo closed; exec sleep 1000');
    const attach = `stty -icanon -iexten -ixon; '${process.execPath}' '${TSLAB}' attach box; echo "status $?"`;
    const run = atTerminal(`--version; ${attach}`);
    const poke = setInterval(() => run.type('\r'), 100);
    await run.seen('closed');
    clearInterval(poke);
    run.type('more\r\x10\x11');
    expect((await run.ended).stdout).toContain('status 0');
  });
});

describe.skipIf(!isRoot)('tslab attach (skipped without root)', () => {
  it('tells that the program has closed its standard input, and shows what it prints', async () => {
    box('-i', 'busybox', 'sh', '-c', 'exec <&-; echo closed; while sleep 0.2; do echo tick; done');
    await until(() => log().includes('closed'));
    const { stderr, stdout } = shell('echo hi | tslab attach box | head -1');
    expect(stderr).toBe('tslab: the container has closed its standard input: nothing reaches it\n');
    expect(stdout).toBe('tick\n');
  });

  it('ends when nobody reads what it shows, and the container goes on', async () => {
    box('busybox', 'sh', '-c', 'while sleep 0.1; do echo tick; done');
    const { stdout, status } = shell('set -o pipefail; tslab attach box | head -1');
    expect({ stdout, status }).toEqual({ stdout: 'tick\n', status: 141 });
    expect(findContainer('box').state.status).toBe('running');
  });

  it('takes keys for a terminal from a terminal only, as docker does', () => {
    box('-it', 'busybox', 'sh');
    expect(tslab(['attach', 'box'])).toMatchObject({ status: 1, stderr: expect.stringContaining('not a TTY') });
  });

  it.each(['', '{}', '[1', 'null', '{"pid":-1,"startTime":0}', '{"pid":"1","startTime":1}'])(
    'tells what is damaged where terminal.json is %j',
    async (text) => {
      box('-it', 'busybox', 'sh');
      writeFileSync(join(findContainer('box').directory, 'terminal.json'), text);
      const { stdout } = await atTerminal('attach box').ended;
      expect(stdout).toMatch(/^Error: The terminal of the container cannot be reached: .*terminal.json is damaged/);
      expect(stdout).not.toContain('bug');
    },
  );

  it.each(['missing', 'a file'])('tells what is damaged where the pipe is %s; a restart mends it', async (what) => {
    box('-i', 'busybox', 'cat');
    const pipe = join(findContainer('box').directory, 'stdin');
    rmSync(pipe);
    if (what === 'a file') writeFileSync(pipe, '');
    expect(tslab(['attach', 'box'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Error: .*\/stdin is no pipe/),
    });
    output('restart', '-t', '0', 'box');
    const attached = start(['attach', 'box']);
    const poke = setInterval(() => attached.type('hello\n'), 100);
    await attached.seen('hello');
    clearInterval(poke);
    attached.kill('SIGKILL');
    await attached.ended;
  });
});
