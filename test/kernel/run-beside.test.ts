import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { runBeside } from '../../src/kernel/list/run-beside.js';
import { onCall } from '../../src/kernel/recorder.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { holdings } from '../support/leftovers.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-beside-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

/** A file of some data, as an archive has it. */
function fileOf(name: string, data: Uint8Array): Syscall[] {
  const file = calls.open(name, k.O_WRONLY | k.O_CREAT | k.O_EXCL | k.O_NOFOLLOW, 0o640);
  const written = { ...calls.write(file, data), min: BigInt(data.length) };
  return [file, written, calls.futimens(file, 1_500_000_000_123_456_789n), calls.close(file)];
}

describe('a list beside JavaScript', () => {
  it('makes its calls in a process of its own, whose root, directory and mask are not ours', async () => {
    const before = [process.cwd(), process.umask()];
    mkdirSync(at('root'));
    const inside = [calls.chroot(at('root')), calls.chdir('/'), calls.umask(0o777)];
    expect(await runBeside([...inside, calls.symlink('/etc/passwd', '/link')])).toBeUndefined();
    expect(readlinkSync(at('root/link'))).toBe('/etc/passwd');
    expect([process.cwd(), process.umask()]).toEqual(before);
    expect(lstatSync('/link', { throwIfNoEntry: false })).toBeUndefined();
  });

  it('goes on while JavaScript works', async () => {
    const data = Buffer.alloc(4096, 'x');
    const running = runBeside(Array.from({ length: 500 }, (_, i) => fileOf(at(`${i}`), data)).flat());
    const end = Date.now() + 10_000;
    while (!lstatSync(at('499'), { throwIfNoEntry: false })?.size && Date.now() < end);
    expect(readFileSync(at('499'))).toEqual(data);
    expect(await running).toBeUndefined();
  });

  it.each([1, 1023, 1024, 200_000])('writes %i bytes of a part of some buffer', async (size) => {
    const whole = Buffer.from(Array.from({ length: size + 20 }, (_, i) => i & 0xff));
    const part = whole.subarray(7, 7 + size);
    expect(await runBeside(fileOf(at('file'), part))).toBeUndefined();
    expect(readFileSync(at('file')).equals(part)).toBe(true);
    expect(statSync(at('file'), { bigint: true }).mtimeNs).toBe(1_500_000_000_123_456_789n);
  });

  it('makes devices with numbers of more than eight bits', async () => {
    expect(await runBeside([calls.mknod(at('disk'), k.S_IFBLK | 0o600, [4000, 70_001])])).toBeUndefined();
    expect(execFileSync('stat', ['-c', '%F %Hr %Lr', at('disk')], { encoding: 'utf8' })).toBe(
      'block special file 4000 70001\n',
    );
  });

  it('tells at which call it stopped, and goes on from there in another list', async () => {
    const list = ['a', 'b', 'c'].map((name) => calls.mkdir(at(name), 0o700));
    mkdirSync(at('b'));
    const stop = await runBeside(list);
    expect(stop).toMatchObject({ at: 1, record: { result: -17n, text: `mkdirat(AT_FDCWD, "${at('b')}", 0700)` } });
    rmSync(at('b'), { recursive: true });
    expect(await runBeside(list.slice(1))).toBeUndefined();
    expect(statSync(at('c')).isDirectory()).toBe(true);
  });

  it('stops where less was written than there is', async () => {
    const file = calls.open('/dev/full', k.O_WRONLY);
    const stop = await runBeside([file, calls.write(file, Buffer.alloc(5000)), calls.mkdir(at('after'), 0o700)]);
    expect(stop).toMatchObject({ at: 1, record: { result: -28n } });
    expect(statSync(at('after'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('says what it was at where it was killed', async () => {
    const list = [calls.setpgid(0, 0), calls.kill(0, k.SIGKILL), calls.getpid()];
    await expect(runBeside(list)).rejects.toThrow('the process was killed by SIGKILL during kill(0, SIGKILL)');
  });

  it('is told of as other lists are, and leaves nothing', async () => {
    const before = holdings();
    const heard: string[] = [];
    const stop = onCall(({ call: { housekeeping }, text }) => housekeeping || heard.push(text));
    await runBeside([calls.umask(0), calls.chdir('/')]);
    stop();
    expect(heard).toEqual([expect.stringMatching(/^clone\(/), 'umask(00)', 'chdir("/")']);
    expect(holdings()).toEqual(before);
  });

  it('runs several at a time', async () => {
    const lists = Array.from({ length: 20 }, (_, i) => runBeside(fileOf(at(`${i}`), Buffer.alloc(2000, `${i % 10}`))));
    expect(await Promise.all(lists)).toEqual(Array(20).fill(undefined));
    expect(readFileSync(at('13'), 'utf8')).toBe('3'.repeat(2000));
  });
});
