import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCgroups, removeCgroupTree } from '../../src/cgroup/sweep.js';
import { execve } from '../../src/kernel/calls/index.js';
import { start } from '../../src/kernel/process.js';
import { onCall } from '../../src/kernel/recorder.js';
import { readProcCgroup } from '../../src/procfs/cgroups.js';

import { eachWithItsOwn, ended, pidOf, usualBases } from './cgroup-fixture.js';

const own = eachWithItsOwn();

describe('creating and removing', () => {
  it('makes tslab/<name> below the base of each usual controller, and removes it again', () => {
    const expected = usualBases(own.cgroups).map((base) => join(base, 'tslab', own.group.name));
    expect(own.existing()).toEqual(expected);
    own.group.remove();
    expect(own.existing()).toEqual([]);
  });

  it('leaves no empty tslab behind', () => {
    own.group.remove();
    const shared = findCgroups().filter((path) => path.endsWith('/tslab'));
    expect(shared.filter((path) => subdirectories(path).length === 0)).toEqual([]);
  });

  it('passes every change through the door, so that the trace has it', () => {
    const trace: string[] = [];
    const stop = onCall(({ text }) => trace.push(text));
    own.create('traced').remove();
    stop();
    expect(trace.some((call) => call.startsWith('mkdir') && call.includes('traced'))).toBe(true);
    expect(trace.some((call) => call.includes('AT_REMOVEDIR') && call.includes('traced'))).toBe(true);
  });

  it('writes down what it makes first, and strikes it out afterwards', () => {
    const ledger = () => readLedgers(join(own.state, 'ledger'));
    for (const directory of own.group.directories) expect(ledger()).toContain(directory);
    own.group.remove();
    expect(ledger()).toBe('');
  });

  it('refuses a name that is taken, and leaves its owner alone', () => {
    expect(() => own.cgroups.create(own.group.name)).toThrow('EEXIST');
    for (const directory of own.group.directories) expect(existsSync(directory)).toBe(true);
  });

  it('leaves the shared tslab to another cgroup that is still in it', () => {
    const other = own.create('other');
    own.group.remove();
    expect(other.directories.every(existsSync)).toBe(true);
    other.remove();
  });

  it('removes cgroups that were made below it, with what runs in them', async () => {
    const below = join(dirname(own.group.file('procs')), 'below');
    mkdirSync(below);
    const child = spawn('sleep', ['100']);
    own.children.push(child);
    writeFileSync(join(below, 'cgroup.procs'), `${child.pid}`);
    own.group.remove();
    expect(existsSync(below)).toBe(false);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('makes only the controllers that are asked for', () => {
    const small = own.create('small', ['pids']);
    expect(small.has('pids.limit')).toBe(true);
    expect(small.paths.has('memory')).toBe(false);
    small.remove();
  });

  it('names the controller that something would need', () => {
    const small = own.create('small', ['cpu']);
    if (!small.has('memory.limit')) expect(() => small.setMemoryLimit(1 << 20)).toThrow('controller: memory');
    small.remove();
  });
});

describe('attaching', () => {
  it('puts a process in, as /proc says, and no other', () => {
    const child = own.inside('sleep 100');
    expect(own.group.procs()).toContain(child.pid);
    expect(pathsOf(pidOf(child))).toContain(`/tslab/${own.group.name}`);
    expect(pathsOf(process.pid)).not.toContain(`/tslab/${own.group.name}`);
  });

  it('lets a child put itself in with a list of calls', async () => {
    const show = execve('/bin/sh', ['sh', '-c', 'cat /proc/self/cgroup'], ['PATH=/bin:/usr/bin']);
    const child = start({ calls: [...own.group.joinCalls(), show], stdio: ['null', 'pipe', 2] });
    const text = (await child.stdout?.toArray())?.join('');
    expect(text).toContain(`/tslab/${own.group.name}`);
    expect(await child.exited).toMatchObject({ code: 0 });
  });

  it('says ESRCH for a process that does not exist', () => {
    expect(() => own.group.attach(4_194_303)).toThrow('ESRCH');
  });
});

describe('sweeping', () => {
  it('removes the whole cgroup, given one of its directories, and is content with the rest', async () => {
    const child = own.inside('sleep 100');
    for (const directory of own.group.directories) removeCgroupTree(directory);
    expect(own.group.directories.some(existsSync)).toBe(false);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('leaves the shared tslab alone while something is in it', () => {
    for (const directory of own.group.directories) removeCgroupTree(dirname(directory));
    expect(own.group.directories.every(existsSync)).toBe(true);
  });
});

function pathsOf(pid: number): string[] {
  return readProcCgroup(pid).map(({ path }) => path);
}

function readLedgers(directory: string): string {
  const file = join(directory, `${process.pid}-${startTimeOf(process.pid)}.jsonl`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function subdirectories(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
