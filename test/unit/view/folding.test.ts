import { describe, expect, it } from 'vitest';
import type { LabEvent, SyscallMade } from '../../../src/lab/events.js';
import { renderJson } from '../../../src/view/json.js';
import { renderPlain } from '../../../src/view/plain.js';
import { renderTerminal } from '../../../src/view/terminal/index.js';
import type { View } from '../../../src/view/view.js';
import { Paper, play } from './sample.js';

function call(text: string, over: Partial<SyscallMade> = {}): SyscallMade {
  const name = text.slice(0, text.indexOf('('));
  return { type: 'syscall', step: 's', by: 'child', name, args: [], result: 0, text, ...over };
}

const TIDY = ['rt_sigaction(1)', 'rt_sigaction(2)', 'dup3(5, 1, 0)'].map((text) => call(text, { housekeeping: true }));
const ROOT = ['mount("/root")', 'chdir("/root")', 'pivot_root(".", ".")', 'umount2(".")'].map((text) => call(text));

/** A process that makes these calls, tidies up and runs a shell. */
function process(pid: number, calls: readonly SyscallMade[]): SyscallMade[] {
  const { result: _, ...exec } = call('execve("/bin/sh")');
  return [call('clone(CLONE_NEWNS)', { by: 'tslab', result: pid }), ...calls, ...TIDY, exec];
}

/** The lines of the trace, without the lines before it. */
async function show(events: readonly LabEvent[], view: View = renderTerminal): Promise<string[]> {
  const paper = new Paper(100);
  await view(play(events), paper);
  return paper.lines;
}

const shownOnce = ['▸ tslab  clone(CLONE_NEWNS) = 7', '  child  … 3 housekeeping calls (signals, descriptors)'];

describe('a trace', () => {
  it('shows and marks what is new, and counts housekeeping once, before the program', async () => {
    const [die, ...calls] = [call('prctl()', { housekeeping: true }), ...ROOT.slice(0, 1)];
    expect(await show(process(7, [die as SyscallMade, ...calls]))).toEqual([
      '▸ tslab  clone(CLONE_NEWNS) = 7',
      '▸ child  mount("/root") = 0',
      '  child  … 4 housekeeping calls (signals, descriptors)',
      '▸ child  execve("/bin/sh")\u00a0→',
    ]);
  });

  it('folds calls that a process before has made, so that the new one stands out', async () => {
    const again = [...ROOT.slice(0, 3), call('mount("proc")'), ...ROOT.slice(3)];
    const lines = await show([...process(7, ROOT), ...process(8, again)]);
    expect(lines.slice(0, 2)).toEqual([shownOnce[0], '▸ child  mount("/root") = 0']);
    expect(lines.slice(7)).toEqual([
      '  tslab  clone(CLONE_NEWNS) = 8',
      '  child  … 3 calls as before: mount, chdir, pivot_root',
      '▸ child  mount("proc") = 0',
      '  child  umount2(".") = 0',
      '  child  execve("/bin/sh")\u00a0→',
    ]);
  });

  it('says once in a lab that there is housekeeping', async () => {
    const lines = await show([...process(7, ROOT), ...process(8, ROOT)]);
    expect(lines.filter((line) => line.includes('housekeeping'))).toHaveLength(1);
    expect(lines[8]).toBe('  child  … 4 calls as before: mount, chdir, pivot_root, umount2');
  });

  it('shows housekeeping that failed', async () => {
    const failed = call('dup3(5, 1, 0)', { housekeeping: true, result: -9, errno: 'EBADF' });
    const lines = await show([...process(7, ROOT), ...process(8, [...ROOT, failed])]);
    expect(lines.at(-2)).toContain('✗ child  dup3(5, 1, 0) = -1 EBADF');
  });

  it('names the function that an earlier lab is about in the place of its calls', async () => {
    const taught = { lab: '02-rootfs', by: 'containerRoot()' };
    const root = ROOT.map((made) => ({ ...made, taught, housekeeping: true as const }));
    const lines = await show([...process(7, [...root, call('chdir("/tmp")')]), ...process(8, root)]);
    expect(lines.slice(1, 3)).toEqual([
      '  child  … 4 calls as in lab 02: containerRoot()',
      '▸ child  chdir("/tmp") = 0',
    ]);
    expect(lines.at(-2)).toBe('  child  … 4 calls as in lab 02: containerRoot()');
    const mixed = await show([...process(7, [...root, call('a()')]), ...process(8, [...root, call('a()')])]);
    expect(mixed.at(-2)).toBe('  child  … 5 calls as before: containerRoot(), a');
  });

  it('names four where the calls have more than five names', async () => {
    const calls = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => call(`${name}()`));
    expect((await show([...process(7, calls), ...process(8, calls)])).at(-2)).toBe(
      '  child  … 6 calls as before: a, b, c, d, …',
    );
  });

  it('counts calls of the same name together', async () => {
    const nodes = ['null', 'zero', 'full'].map((name) => call(`mknodat("${name}")`));
    const lines = await show([...process(7, [...nodes, ...ROOT]), ...process(8, [...nodes, ...ROOT])]);
    expect(lines.at(-2)).toContain('… 7 calls as before: mknodat ×3, mount, chdir, pivot_root, umount2');
  });

  it('does not fold a known call in a new place: the order is what makes the difference', async () => {
    const priv = call('mount(MS_PRIVATE)');
    const lines = await show([
      ...process(7, [priv, ...ROOT]),
      ...process(8, ROOT),
      ...process(9, [...ROOT.slice(0, 3), priv, ...ROOT.slice(3)]),
    ]);
    expect(lines.slice(-5)).toEqual([
      '  tslab  clone(CLONE_NEWNS) = 9',
      '  child  … 3 calls as before: mount, chdir, pivot_root',
      '▸ child  mount(MS_PRIVATE) = 0',
      '  child  umount2(".") = 0',
      '  child  execve("/bin/sh")\u00a0→',
    ]);
  });

  it('never folds a call that failed, however often, nor one that failed before', async () => {
    const refused = ROOT.map((made) => ({ ...made, result: -1, errno: 'EPERM' }));
    const lines = await show([...process(7, refused), ...process(8, refused), ...process(9, ROOT)]);
    expect(lines.filter((line) => line.startsWith('✗ child'))).toHaveLength(8);
    expect(lines.filter((line) => line.startsWith('▸ child'))).toHaveLength(5);
    expect(lines.join()).not.toContain('as before');
  });

  it('says that a directory exists already where that is no failure, and folds it', async () => {
    const made = { ...call('mkdirat("/data")'), result: -17, errno: 'EEXIST', expected: true as const };
    const lines = await show([...process(7, [made, ...ROOT]), ...process(8, [made, ...ROOT])]);
    expect(lines[1]).toBe('▸ child  mkdirat("/data") · exists already');
    expect(lines.join()).toContain('5 calls as before: mkdirat, mount');
    expect(await show([made], renderPlain)).toEqual(['new call by child: mkdirat("/data"), result exists already']);
  });

  it('shows another error that is no failure without the red mark', async () => {
    const lines = await show([{ ...call('renameat2("/a")'), result: -18, errno: 'EXDEV', expected: true }]);
    expect(lines).toEqual(['· child  renameat2("/a") = -1 EXDEV (cross-device link not permitted)']);
  });

  it('shows one call as before as it is, without the mark', async () => {
    const lines = await show([...process(7, ROOT.slice(0, 1)), ...process(8, ROOT.slice(0, 1))]);
    expect(lines.slice(4, 6)).toEqual(['  tslab  clone(CLONE_NEWNS) = 8', '  child  mount("/root") = 0']);
  });

  it('shows every call of tslab, and marks those that it has not made before, whatever the pid', async () => {
    const kill = (pid: number, signal: string) => call(`kill(${pid}, ${signal})`, { by: 'tslab' });
    expect(await show([kill(7, 'SIGKILL'), kill(8, 'SIGKILL'), kill(9, 'SIGKILL'), kill(9, 'SIGTERM')])).toEqual([
      '▸ tslab  kill(7, SIGKILL) = 0',
      '  tslab  kill(8, SIGKILL) = 0',
      '  tslab  kill(9, SIGKILL) = 0',
      '▸ tslab  kill(9, SIGTERM) = 0',
    ]);
  });

  it('shows a list that ends without a program', async () => {
    const check: LabEvent = { type: 'check', step: 's', name: 'c', expected: '1', actual: '1', held: true };
    expect(await show([...ROOT.slice(0, 1), ...TIDY, check])).toEqual([
      '▸ child  mount("/root") = 0',
      '  child  … 3 housekeeping calls (signals, descriptors)',
      '',
      '✓ c: 1',
    ]);
  });

  it('says it in words in the plain view', async () => {
    const lines = await show([...process(7, ROOT), ...process(8, ROOT)], renderPlain);
    expect(lines).toContain('new call by child: mount("/root"), result 0');
    expect(lines.slice(-2)).toEqual([
      'by child: 4 calls as before: mount, chdir, pivot_root, umount2.',
      'call by child: execve("/bin/sh"), does not return',
    ]);
  });

  it('is whole in JSON', async () => {
    const events = [...process(7, ROOT), ...process(8, ROOT)];
    expect((await show(events, renderJson)).map((line) => JSON.parse(line))).toEqual(events);
  });
});

describe('the script of a shell', () => {
  const { result: _, ...sh } = call('execve("/bin/sh", ["sh", "-c", "echo \\"a\\"; exec sleep 9"], /* 3 vars */)');
  const output: LabEvent = { type: 'output', step: 's', stream: 'stdout', text: 'a\n', command: 'echo "a"' };
  const cut = 'execve("/bin/sh", ["sh", "-c", …], /* 3 vars */)\u00a0→';

  it('stands in the command of the output that follows, and not in the call as well', async () =>
    expect((await show([sh, output])).slice(0, 3)).toEqual([`▸ child  ${cut}`, '', '  $ echo "a"']));

  it('is whole where nothing that follows has it', async () =>
    expect((await show([sh, { ...output, command: 'ls' }]))[0]).toContain('"echo \\"a\\"; exec sleep 9"'));

  it('is left out of a call as before', async () => {
    const again = [call('clone(0)', { by: 'tslab', result: 8 }), sh];
    expect((await show([sh, ...again])).at(-1)).toBe(`  child  ${cut}`);
  });
});

describe('a write to a file', () => {
  const path = '/sys/fs/cgroup/cpu.max';
  const open = call(`openat(AT_FDCWD, "${path}")`, { by: 'tslab', args: ['AT_FDCWD', path], result: 18 });
  const write = call('write(18, "20000", 5)', { by: 'tslab', args: [18, '20000', 5], result: 5 });
  const close = call('close(18)', { by: 'tslab', args: [18] });

  it('is one row with the path beside the descriptor', async () => {
    expect(await show([open, write, close])).toEqual([`▸ tslab  write(18<${path}>, "20000", 5) = 5 … openat, close`]);
    expect(await show([open, write, close], renderPlain)).toEqual([
      `new call by tslab: write(18<${path}>, "20000", 5), result 5; with openat before and close after it`,
    ]);
  });

  it('that fails is shown call by call', async () => {
    const lines = await show([open, { ...write, result: -22, errno: 'EINVAL' }, close]);
    expect(lines).toEqual([
      `▸ tslab  openat(AT_FDCWD, "${path}") = 18`,
      '✗ tslab  write(18, "20000", 5) = -1 EINVAL (invalid argument)',
      '▸ tslab  close(18) = 0',
    ]);
  });

  it('to another descriptor is none', async () => {
    const lines = await show([open, { ...write, args: [19, '20000', 5] }, close]);
    expect(lines).toHaveLength(3);
  });

  it('counts as three calls where it is folded', async () => {
    const joins = ['cpu', 'memory', 'pids'].flatMap((name) => [
      { ...open, by: 'child' as const, args: ['AT_FDCWD', `/${name}`] },
      { ...write, by: 'child' as const },
      { ...close, by: 'child' as const },
    ]);
    const lines = await show([...process(7, joins), ...process(8, joins)]);
    expect(lines.at(-2)).toBe('  child  … 9 calls as before: openat ×3, write ×3, close ×3');
  });
});
