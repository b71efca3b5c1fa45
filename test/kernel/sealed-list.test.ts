import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execInit } from '../../labs/01-pid-namespace/calls/init.js';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { mayFail } from '../../src/kernel/syscall.js';
import { run, shell } from '../support/inside.js';
import { needs } from '../support/needs.js';
import { output, useOwnState } from './runtime-info/containers.js';
import { TSLAB } from './tslab.js';

const ON_DISK = fileURLToPath(new URL('fixtures/on-disk.mjs', import.meta.url));
let directory = '';
const at = (name: string) => join(directory, name);

useOwnState();

/** What node says where it runs a script that it was named by /proc/self/exe. */
const SCRIPT = 'console.log("the node of the host: " + process.execPath)';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-sealed-'));
  symlinkSync('/proc/self/exe', at('link'));
  program('script', `#!/proc/self/exe\n${SCRIPT}\n`);
  program('by-link', `#!${at('link')}\n${SCRIPT}\n`);
  program('honest', `#!${process.execPath}\n${SCRIPT}\n`);
});
afterAll(() => rmSync(directory, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(at(name), text);
  chmodSync(at(name), 0o755);
}

const executing = (path: string, ...args: string[]) => run({ calls: [calls.execve(path, [path, ...args], [])] });

describe('a program that calls itself /proc/self/exe (CVE-2019-5736)', () => {
  it.each(['script', 'by-link'])('is not given the node of the host: %s', async (name) => {
    expect(await executing(at(name))).toMatchObject({ output: '', code: 127 });
  });

  it('is not given it as a path either', async () => {
    expect(await executing(at('link'), '-p', '"node"')).toMatchObject({ output: '', code: 127 });
  });

  it('would be heard if it were', async () => {
    expect((await executing(at('honest'))).output).toBe(`the node of the host: ${process.execPath}\n`);
  });

  it('is not given it by run, by PATH, with --init or by exec: of a copy of node', () => {
    const node = copyOfNode();
    const tslab = (...words: string[]) => execFileSync('sh', ['-c', `"$@" 2>&1 || :`, 'sh', node, TSLAB, ...words]);
    const volumes = ['/usr', '/lib', '/lib64', directory].flatMap((path) => ['-v', `${path}:${path}:ro`]);
    const said = [
      tslab('run', '--rm', ...volumes, 'busybox', at('script')),
      tslab('run', '--rm', ...volumes, '-e', `PATH=${directory}`, 'busybox', 'link', '-p', '"the node"'),
      tslab('run', '--rm', '--init', ...volumes, 'busybox', at('script')),
    ];
    output('run', '-d', '--name', 'image', ...volumes, 'busybox', 'sleep', '100');
    said.push(tslab('exec', 'image', at('script')));
    output('rm', '-f', 'image');
    expect(said.map(String).join('')).not.toContain('node');
  });
});

/** Of the same age: to tslab it is the same node, whose compiled code it takes. */
function copyOfNode(): string {
  execFileSync('cp', ['--preserve=timestamps', process.execPath, at('node')]);
  return at('node');
}

describe('a process of the container that looks at all others', () => {
  it('never sees one whose program is the node of the host, however often somebody comes in', () => {
    const look = 'while :; do for each in /proc/[0-9]*; do readlink $each/exe; done; done';
    output('run', '-d', '--name', 'watcher', 'busybox', 'sh', '-c', look);
    for (let i = 0; i < 15; i++) output('exec', 'watcher', 'true');
    const seen = new Set(output('logs', 'watcher').trim().split('\n'));
    output('rm', '-f', 'watcher');
    expect(seen.size).toBeGreaterThan(0);
    expect([...seen].filter((path) => path.includes('node'))).toEqual([]);
  });
});

describe('the program that makes the execve', () => {
  it('is in the trace, and so is what it was told by the kernel', async () => {
    const other = mayFail(calls.execve('/no/such', ['such'], []));
    const { child } = await run(shell('exit 0', [other]));
    const [exec, , ...rest] = child.trace().slice(-4);
    expect(exec).toMatchObject({ call: { name: 'execveat', housekeeping: true }, result: undefined });
    expect(rest.map(({ call: { name }, result }) => [name, result])).toEqual([
      ['execve', -2n],
      ['execve', undefined],
    ]);
  });

  it('is sealed, so that nobody inside can change it, and so is the init', async () => {
    const init = execInit(['/bin/true'], ['true'], []);
    for (const { child } of [await run(shell('exit 0')), await run({ calls: init, namespaces: k.CLONE_NEWPID })]) {
      const seals = child.trace().filter(({ text }) => text.includes('F_ADD_SEALS'));
      expect(seals.map(({ result }) => result)).toEqual([0n]);
      expect(seals[0]?.text).toMatch(/F_SEAL_SEAL\|F_SEAL_SHRINK\|F_SEAL_GROW\|F_SEAL_WRITE/);
    }
  });

  it('is the only one that a list may end with by its descriptor', () => {
    const file = calls.open(at('script'), k.O_RDONLY);
    const list = [file, calls.execveat(file, '', ['x'], [], k.AT_EMPTY_PATH)];
    expect(() => start({ calls: list })).toThrow('only with a program that the list has made');
  });

  it('takes arguments and an environment of megabytes through', async () => {
    const [long, many] = ['ü'.repeat(60_000), Array.from({ length: 12 }, (_, i) => `V${i}=${'x'.repeat(100_000)}`)];
    const script = 'printf %s "$1" | wc -c; printf %s "$V11" | wc -c';
    const sh = ['/nowhere/sh', '/no/where/sh', '/bin/sh'].map((path) =>
      calls.execve(path, ['sh', '-c', script, 'sh', long], [...many, 'PATH=/bin:/usr/bin']),
    );
    const { output } = await run({ calls: [...sh.slice(0, -1).map(mayFail), ...sh.slice(-1)] });
    expect(output.split('\n').map(Number)).toEqual([120_000, 100_000, 0]);
  });

  it('lies in a file without a name where the kernel allows no program in memory (vm.memfd_noexec=2)', (test) => {
    needs(test, 'root');
    needs(test, 'Linux 6.3');
    // The setting is one of the pid namespace's, and it ends with that.
    const forbid = 'echo 2 > /proc/sys/vm/memfd_noexec && exec "$@"';
    const words = ['--pid', '--fork', '--mount-proc', 'sh', '-c', forbid, 'sh', process.execPath, ON_DISK, directory];
    const [exec, umask] = execFileSync('unshare', words, { encoding: 'utf8' }).split('\n');
    expect(exec).toBe('execve 0, init 0, as another user 0');
    expect(umask).toBe('left: 0');
  });
});
