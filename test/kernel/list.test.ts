import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, writeFile } from '../../src/kernel/call.js';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import { start } from '../../src/kernel/process.js';
import { onCall } from '../../src/kernel/recorder.js';
import { mayFail } from '../../src/kernel/syscall.js';
import { run, shell, thrownBy } from '../support/inside.js';
import { holdings } from '../support/leftovers.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-list-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

describe('a result', () => {
  it('is handed to any number of later calls', async () => {
    const file = calls.open(at('a'), k.O_WRONLY | k.O_CREAT, 0o600);
    const list = [file, calls.write(file, 'one '), calls.write(file, 'two\n'), calls.close(file)];
    const { child } = await run(shell('exit 0', list));
    expect(readFileSync(at('a'), 'utf8')).toBe('one two\n');
    const [opened, , , closed] = child.trace().filter(({ call }) => list.includes(call));
    expect(closed?.text).toBe(`close(${opened?.result})`);
  });

  it('does not depend on how many bytes a character has: strings that are not ASCII are there whole', async () => {
    const targets = ['ü', '€', '😀'].map((character) => character.repeat(1000));
    await run(
      shell(
        'exit 0',
        targets.map((target, i) => calls.symlink(target, at(`ünicode-${i}`))),
      ),
    );
    expect(targets.map((_, i) => readlinkSync(at(`ünicode-${i}`)))).toEqual(targets);
  });

  it('of one call is not taken for that of another of the same kind', async () => {
    const [a, b] = ['a', 'b'].map((name) => calls.open(at(name), k.O_WRONLY | k.O_CREAT, 0o600));
    if (!a || !b) throw new Error('unreachable');
    await run(shell('exit 0', [a, b, calls.write(b, 'B'), calls.write(a, 'A')]));
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')]).toEqual(['A', 'B']);
  });

  it('that the kernel wrote into a buffer is there when the list is over', async () => {
    const into = new Uint8Array(5);
    const file = calls.open('/proc/sys/kernel/ostype', k.O_RDONLY);
    await run(shell('exit 0', [file, calls.read(file, into)]));
    expect(Buffer.from(into).toString()).toBe('Linux');
  });
});

describe('clone() in a list', () => {
  it('may be there twice without a namespace: the program is that of the last', async () => {
    const child = start({ ...shell('echo $$', [calls.clone(0), calls.clone(0)]), stdio: ['null', 'pipe', 2] });
    expect((await child.stdout?.toArray())?.join('')).toBe(`${child.pid}\n`);
    expect(await child.exited).toMatchObject({ code: 0 });
  });
});

describe('a call that fails', () => {
  it('ends the list: what comes after it is not done, what came before it is', () => {
    const list = [calls.mkdir(at('before'), 0o755), calls.chdir(at('none')), calls.mkdir(at('after'), 0o755)];
    expect(() => start(shell('exit 0', list))).toThrow(SyscallError);
    expect(['before', 'after'].map((name) => existsSync(at(name)))).toEqual([true, false]);
  });

  it('is named with its arguments, the errno and what to do', () => {
    const error = thrownBy(() => start({ ...shell('exit 0', [calls.pivotRoot('/', '/')]), namespaces: k.CLONE_NEWNS }));
    expect(error.message).toMatch(/^pivot_root\("\/", "\/"\) failed: E(INVAL|BUSY) \(.*\): .*bind.* on itself/);
    expect(error).toMatchObject({ record: { by: 'child', call: { name: 'pivot_root' } } });
  });

  it('leaves no process and no descriptor', () => {
    const before = holdings();
    const failing = { ...shell('exit 0', [calls.chdir(at('none'))]), stdio: ['pipe', 'pipe', 'pipe'] as const };
    for (let i = 0; i < 20; i++) expect(() => start(failing)).toThrow('ENOENT');
    expect(holdings().children).toEqual(before.children);
  });

  it('goes on where it may fail, and the trace has the errno', async () => {
    const { child, output } = await run(shell('pwd', [calls.chdir('/tmp'), mayFail(calls.chdir(at('none')))]));
    expect(output).toBe('/tmp\n');
    expect(child.trace().find(({ text }) => text.includes('none'))?.result).toBe(-2n);
  });
});

describe('the trace', () => {
  it('has every call that was made, in order, and none that was not', () => {
    const [seen, stop] = listen();
    const list = [calls.mkdir(at('d'), 0o755), calls.rmdir(at('d')), calls.rmdir(at('d')), calls.mkdir(at('e'), 0o755)];
    expect(() => start(shell('exit 0', list))).toThrow('ENOENT');
    stop();
    expect(
      seen.filter(({ call }) => !call.housekeeping).map(({ by, call, result }) => [by, call.name, result]),
    ).toEqual([
      ['tslab', 'clone', expect.any(BigInt)],
      ['child', 'mkdirat', 0n],
      ['child', 'unlinkat', 0n],
      ['child', 'unlinkat', -2n],
    ]);
  });

  it('ends with execve, which does not return', async () => {
    const { child } = await run(shell('exit 0'));
    expect(child.trace().at(-1)).toMatchObject({ call: { name: 'execve' }, result: undefined });
  });
});

describe('the door', () => {
  it('makes a call in this process and tells of it', () => {
    const [seen, stop] = listen();
    expect(call(calls.getpid())).toBe(process.pid);
    stop();
    expect(seen.map(({ by, text, result }) => [by, text, result])).toEqual([
      ['tslab', 'getpid()', BigInt(process.pid)],
    ]);
  });

  it('throws what failed, and gives the errno where that is allowed', () => {
    expect(thrownBy(() => call(calls.chdir(at('none'))))).toMatchObject({ errno: 'ENOENT' });
    expect(call(mayFail(calls.chdir(at('none'))))).toBe(-2);
  });

  it('closes a file that it could not write', () => {
    const before = holdings();
    expect(() => writeFile('/proc/sys/kernel/ns_last_pid', 'no number')).toThrow('EINVAL');
    expect(holdings()).toEqual(before);
  });
});

type Heard = Parameters<Parameters<typeof onCall>[0]>[0];

function listen(): [Heard[], () => void] {
  const heard: Heard[] = [];
  return [heard, onCall((record) => heard.push(record))];
}
