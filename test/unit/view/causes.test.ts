import { describe, expect, it } from 'vitest';
import type { LabEvent, ObservationMade, SyscallMade } from '../../../src/lab/events.js';
import { renderPlain } from '../../../src/view/plain.js';
import { arrange } from '../../../src/view/run/index.js';
import { cutMiddle } from '../../../src/view/text/cut-middle.js';

const step = 'quota';
const quota = '/sys/fs/cgroup/cpu/tslab/cpu-quota-4711/cpu.cfs_quota_us';

describe('the calls by which something came about', () => {
  const wrote = [called('openat', ['AT_FDCWD', quota], 17), called('write', [17, '"20000"', 5], 5)];

  it('are shown with the paths behind their descriptors, cut in the middle', async () => {
    expect(await shown({ causes: [1], changedBy: 'write(17, "20000", 5)' }, wrote)).toEqual([
      'write(17</sys/fs/cgroup/cpu/…/cpu.cfs_quota_us>, "20000", 5)',
    ]);
  });

  it('are shown with both descriptors of a mount that is moved, and with the pid behind a pidfd', async () => {
    const calls = [
      called('open_tree', ['AT_FDCWD', '/srv/shared'], 5),
      called('openat2', ['AT_FDCWD', '/data'], 6),
      called('pidfd_open', [4711, 0], 7),
      called('move_mount', [5, '""', 6, '""', 'MOVE_MOUNT_F_EMPTY_PATH'], 0),
      called('setns', [7, 'CLONE_NEWPID'], 0),
    ];
    expect(await shown({ causes: [3, 4] }, calls)).toEqual([
      'move_mount(5</srv/shared>, "", 6</data>, "", MOVE_MOUNT_F_EMPTY_PATH)',
      'setns(7<pid:4711>, CLONE_NEWPID)',
    ]);
  });

  it('leave numbers alone that are no descriptors', async () => {
    const killed = called('kill', [17, 'SIGKILL'], 0);
    expect(await shown({ causes: [2] }, [...wrote, killed])).toEqual(['kill(17, SIGKILL)']);
  });

  it('are counted by name where they are many', async () => {
    const calls = ['mount', 'mount', 'mkdirat', 'mount', 'mount'].map((name) => called(name, ['"dev"'], 0));
    expect(await shown({ causes: [0, 1, 3, 4] }, calls)).toEqual(Array(4).fill('mount("dev")'));
    expect(await shown({ causes: [0, 1, 2, 3, 4] }, calls)).toEqual(['mount ×4, mkdirat("dev")']);
  });

  it('are those of the step, from its start on', async () => {
    const begun: LabEvent = { type: 'step', id: step, title: step };
    const earlier = [begun, called('mount', ['"earlier"'], 0)];
    expect(await shown({ causes: [0] }, [...earlier, begun, called('mount', ['"now"'], 0)])).toEqual(['mount("now")']);
  });

  it('are what a recording says that has no more than the rendered call', async () => {
    expect(await shown({ changedBy: 'mount ×4' }, [])).toEqual(['mount ×4']);
    expect(await shown({}, wrote)).toBeUndefined();
    expect(await shown({ causes: [9], changedBy: 'mount()' }, wrote)).toEqual(['mount()']);
  });

  it('are read aloud one a line', async () => {
    const lines: string[] = [];
    const sink = { write: async (text: string) => lines.push(...text.split('\n')) > 0, language: 'en', columns: 80 };
    await renderPlain(stream([...wrote, observed({ causes: [0, 1] })]), sink as never);
    expect(lines.filter((line) => line.startsWith('changed by: '))).toHaveLength(2);
  });
});

describe('a text that is cut in the middle', () => {
  it('is as it was where it fits', () => {
    expect(cutMiddle('/etc/hosts', 10)).toBe('/etc/hosts');
  });

  it('keeps its ends, and of a path whole names', () => {
    expect(cutMiddle('0123456789abcdef', 9)).toBe('0123…cdef');
    expect(cutMiddle('/first/second/third/last', 20)).toBe('/first/second/…/last');
    expect(cutMiddle('/first/a-name-that-is-too-long', 9)).toBe('/fir…long');
    expect(cutMiddle('/日本語日本語日本語/名', 8)).toBe('/…/名');
  });
});

function called(name: string, args: SyscallMade['args'], result: number): SyscallMade {
  return { type: 'syscall', step, by: 'tslab', name, args, result, text: `${name}(${args.join(', ')})` };
}

function observed(because: Partial<ObservationMade>): ObservationMade {
  return { type: 'observe', step, when: 'during', from: 'host', path: quota, value: '20000', ...because };
}

async function shown(
  because: Partial<ObservationMade>,
  calls: readonly LabEvent[],
): Promise<readonly string[] | undefined> {
  for await (const item of arrange(stream([...calls, observed(because)]))) if (item.type === 'observe') return item.by;
}

async function* stream(events: readonly LabEvent[]): AsyncGenerator<LabEvent> {
  yield* events;
}
