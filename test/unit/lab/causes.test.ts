import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { close, mkdir, open, setns, write } from '../../../src/kernel/calls/index.js';
import type { Child } from '../../../src/kernel/process.js';
import type { CallRecord, Syscall } from '../../../src/kernel/syscall.js';
import { changeOf, inShort, madeBy, naming, placesOf, withName } from '../../../src/lab/cause.js';
import { pathBehind } from '../../../src/lab/descriptor-paths.js';
import type { LabEvent, SyscallMade } from '../../../src/lab/events.js';
import { parseRun } from '../../../src/lab/recording.js';
import { falseCauses } from '../../support/causes.js';

const step = 'step';

describe('an arrow from what was seen to a call', () => {
  it.each(readdirSync('lessons/runs'))('is true in %s', (file) => {
    expect(falseCauses(parseRun(readFileSync(`lessons/runs/${file}`, 'utf8')))).toEqual([]);
  });

  const clones = [called('clone', [], 40), by('child', called('clone', [], 3)), by('child', called('setns', [9], 0))];

  it('is true to the call that made the process, and to one of its own', () => {
    expect(doubts(seen('/proc/40/status', 'NSpid:\t40\t1', 0), clones)).toEqual([]);
    expect(doubts(seen('/proc/41/status', 'NSpid:\t41\t3\t1', 1), clones)).toEqual([]);
    expect(doubts(seen('/proc/40/ns', 'pid:[1]', 2), clones)).toEqual([]);
  });

  it('is false to a call of another process', () => {
    expect(doubts(seen('/proc/40/status', 'NSpid:\t40\t1', 1), clones)).toEqual(['it was another process']);
    expect(doubts(seen('/proc/77/ns', 'pid:[1]', 2), clones)).toEqual(['it was another process']);
  });

  it('is false to a call that only read, failed, or was made in no call of the step', () => {
    const failed = { ...called('mkdirat', ['/data'], -17), errno: 'EEXIST' };
    const calls = [called('lgetxattr', ['/upper/logs', 'trusted.overlay.opaque'], 1), failed];
    expect(doubts(seen('trusted.overlay.opaque of /upper/logs', 'y', 0), calls)).toEqual(['it changes no such thing']);
    expect(doubts(seen('ls /', 'data', 1), calls)).toEqual(['it failed']);
    expect(doubts(seen('ls /', 'data', 2), calls)).toEqual(['no such call in this step']);
  });

  it('is false to a call about something else', () => {
    const calls = [called('openat', ['AT_FDCWD', '/freezer/box/tasks'], 9), called('write', [9, '12', 2], 2)];
    expect(doubts(seen('/sys/fs/cgroup/pids/jail/pids.max', '16', 1), calls)).toEqual([
      'it has nothing in common with what was seen',
    ]);
    expect(doubts(seen('/sys/fs/cgroup/freezer/box', 'tasks', 1), calls)).toEqual([]);
  });
});

describe('a cause', () => {
  const [file, again] = [open('/sys/limit', 1), mkdir('/sys/again', 0o755)];
  const list = [file, write(file, '0'), close(file), again];
  const told = list.map((call) => ({ call, event: called(call.name, [5, '/sys/again'], 0) }));

  it('is the very call, not another of its name', () => {
    expect(placesOf(again, told)).toEqual([3]);
    expect(placesOf(mkdir('/sys/again', 0o755), told)).toEqual([]);
  });

  it('is nothing where the call was not made, failed, or only tidied up', () => {
    const failed = told.map((one) => ({ ...one, event: { ...one.event, errno: 'EPERM' } }));
    const tidy = { ...again, housekeeping: true };
    expect(placesOf(false, told)).toEqual([]);
    expect(placesOf(again, failed)).toEqual([]);
    expect(placesOf(tidy, [{ call: tidy, event: called('mkdirat', [], 0) }])).toEqual([]);
  });

  it('may be several, each once, in the order in which they were made', () => {
    expect(placesOf([again, [list[1] as Syscall, again]], told)).toEqual([1, 3]);
  });

  it('may be the last of tslab’s own that made a directory, wrote into a file or ended a process', () => {
    const events = [
      called('openat', ['AT_FDCWD', '/a'], 5),
      called('write', [5, '1', 1], 1),
      called('close', [5], 0),
      called('openat', ['AT_FDCWD', '/b'], 5),
      called('write', [5, '2', 1], 1),
      called('mkdirat', ['AT_FDCWD', '/c'], 0),
      called('kill', [40, 'SIGKILL'], 0),
    ];
    const made = events.map((event) => ({ call: again, event }));
    expect(['/a', '/b', '/c', '/d', 40].map((what) => placesOf(changeOf(what), made))).toEqual([
      [1],
      [4],
      [5],
      [],
      [6],
    ]);
  });

  it('may be the process itself: the clone that made it', () => {
    const enter = setns(3, 0);
    const records = [{ call: enter }] as CallRecord[];
    const child = { pid: 40, trace: () => records } as unknown as Child;
    const made = [40, 41].map((pid) => ({ call: again, event: called('clone', [], pid) }));
    expect(placesOf(child, made)).toEqual([0]);
    expect(madeBy(child, 'setns', 'clone')).toEqual([enter]);
  });

  it('is chosen from a list by name, and by what it names, itself or by a descriptor', () => {
    expect(withName(list, 'write', 'close')).toEqual(list.slice(1, 3));
    expect(naming(list, '/sys/limit')).toEqual(list.slice(0, 3));
    expect(naming(list, '/sys')).toEqual(list);
    expect(naming(list, '/sy')).toEqual([]);
  });

  it('is told in one line, calls of one name counted', () => {
    expect(inShort([called('a', [], 0)])).toBe('a()');
    expect(inShort(['a', 'b', 'a'].map((name) => called(name, [], 0)))).toBe('a ×2, b()');
  });
});

describe('the path behind a descriptor', () => {
  const opened = called('openat', ['AT_FDCWD', '/of-tslab'], 5);
  const clone = called('clone', [], 40);
  const use = called('write', [5, '', 0], 0);

  it('is that of the last call that opened it', () => {
    expect(pathBehind(5, [opened, { ...opened, args: ['AT_FDCWD', '/later'] }, use])).toBe('/later');
    expect(pathBehind(6, [opened, use])).toBeUndefined();
  });

  it('is none after it was closed', () => {
    expect(pathBehind(5, [opened, called('close', [5], 0), use])).toBeUndefined();
  });

  it('is tslab’s in a child that has not opened another', () => {
    const own = by('child', called('open_tree', ['AT_FDCWD', '/of-the-child'], 5));
    expect(pathBehind(5, [opened, clone, by('child', use)])).toBe('/of-tslab');
    expect(pathBehind(5, [opened, clone, own, by('child', use)])).toBe('/of-the-child');
    expect(pathBehind(5, [clone, own, clone, by('child', use)])).toBeUndefined();
  });

  it('is the pid of a pidfd', () => {
    expect(pathBehind(5, [called('pidfd_open', [40, 0], 5), use])).toBe('pid:40');
  });
});

function called(name: string, args: SyscallMade['args'], result: number): SyscallMade {
  return { type: 'syscall', step, by: 'tslab', name, args, result, text: `${name}(${args.join(', ')})` };
}

function by(who: SyscallMade['by'], call: SyscallMade): SyscallMade {
  return { ...call, by: who };
}

function seen(path: string, value: string, cause: number): LabEvent {
  return { type: 'observe', step, when: 'during', from: 'host', path, value, causes: [cause] };
}

/** What is wrong with the cause of an observation after these calls. */
function doubts(observation: LabEvent, calls: readonly SyscallMade[]): string[] {
  return falseCauses([...calls, observation]).map((doubt) => doubt.replace(/^.*: /, ''));
}
