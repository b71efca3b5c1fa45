import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runtimeLab } from '../../labs/12-runtime/lab.js';
import { cgroupPath } from '../../labs/12-runtime/steps/limits.js';
import { PARTS, type Part } from '../../labs/12-runtime/steps/parts.js';
import { openCgroups } from '../../src/cgroup/open.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';
import { stateDirectory } from '../../src/state/directories.js';
import { SABOTAGES } from './checks/12-runtime.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { expectHeld, inWords, lookAtHost, type Told, tellWithout, useLab } from './support.js';

const lab = useLab(runtimeLab);
const TABLES = /^(namespaces|what it sees|limits|what it may do) \(/;

/** The rows of the tables that each part changes. */
const CHANGES: Readonly<Record<Part, readonly string[]>> = {
  pid: ['pid'],
  mount: ['mnt', 'processes', 'mounts', 'root', 'writes to', 'shm'],
  overlay: ['root', 'writes to'],
  'uts-ipc': ['uts', 'ipc', 'mounts', 'host name', 'shm'],
  net: ['net', 'mounts', 'links'],
  cgroup: ['cgroup', 'its cgroup', 'directory', 'cpu', 'memory', 'pids'],
  volume: ['mounts', 'volume'],
  devices: ['host log'],
  capabilities: ['powers'],
  user: ['uid', 'powers'],
  seccomp: ['calls'],
};

/** The calls that the changes are put down to. */
const CALLS: Readonly<Record<Part, readonly RegExp[]>> = {
  pid: [/^clone\(.*CLONE_NEWPID/],
  mount: [/^clone\(.*CLONE_NEWNS/, /^mount ×2, pivot_root\("\.", "\."\), umount2\("\.", MNT_DETACH\)$/],
  overlay: [/^mount\("overlay".*lowerdir=/],
  'uts-ipc': [/^clone\(.*CLONE_NEWUTS\|CLONE_NEWIPC/, /^mount ×4, sethostname\("box", 3\)$/],
  net: [/^clone\(.*CLONE_NEWNET/, /^clone\(.*CLONE_NEWNET.*\), mount ×\d+$/],
  cgroup: [/^unshare\(CLONE_NEWCGROUP\)$/, ...(isInRootCgroup() ? [] : [/^unshare/]), /^write(\(| ×)/],
  volume: [/^move_mount\(/],
  devices: [/^write\(\d+, "a"|^bpf\(BPF_PROG_ATTACH/],
  capabilities: [/^prctl ×\d+, capset\(/],
  user: [/^setresuid\(1000, 1000, 1000\)$/],
  seccomp: [/^seccomp\(SECCOMP_SET_MODE_FILTER/],
};

describe('lab 12-runtime', () => {
  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('begins with a process of which nothing is its own', () => {
    expect(rows('plain').get('processes')).toBe('the host’s');
    expect(rows('plain').get('mounts')).toBe(`${readMountinfo().length}`);
    for (const kind of ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup', 'time'])
      expect(rows('plain').get(kind)).toBe('shared');
  });

  it.each(PARTS)('changes with %s the rows that it is about, and no others', (part) => {
    const [before, after] = [rows(part, 'before'), rows(part)];
    const changed = [...after.keys()].filter((row) => before.get(row) !== after.get(row));
    expect(changed).toEqual(CHANGES[part].filter(mayChange));
  });

  it.each(PARTS)('puts the changes of %s down to the calls that made them', (part) => {
    const made = lab.told.seen(part, TABLES).flatMap(({ changedBy }) => changedBy ?? []);
    expect(made).toEqual(CALLS[part].map((call) => expect.stringMatching(call)));
  });

  it('puts each limit down to the call that wrote it', () => {
    const calls = lab.told.all('syscall').filter(({ step }) => step === 'cgroup');
    const written = lab.told
      .seen('cgroup', /^limits \(/)
      .flatMap(({ causes = [] }) => causes.map((at) => calls[at]?.text));
    const limits = ['cpu', 'memory', 'pids'].flatMap((row) => rows('cgroup').get(row) ?? []);
    const joined = expect.stringMatching(/^write\(\d+, "\d+"/);
    expect(written).toEqual([...limits.map((limit) => expect.stringContaining(`"${limit}`)), joined]);
  });

  it('tells in the end every call that the container made, in order, each with its lab', () => {
    const told = lab.told.seen('list', /^lab \d\d-[a-z-]+: /).flatMap(({ value }) => value?.split('\n') ?? []);
    const calls = lab.told.all('syscall').filter(({ step, by }) => step === 'list' && by === 'child');
    const made = calls.filter(({ housekeeping }) => !housekeeping).map(({ text }) => text);
    expect(made.length).toBeGreaterThan(30);
    expect(told.map((line) => line.replace(/ = -?\d+.*$/, ''))).toEqual(made);
  });

  it('and first what was asked, what is to be, and how it is done', () => {
    const rows = lab.told.seen('list', /^the spec says what/)[0]?.value?.split('\n') ?? [];
    expect(rows).toContainEqual(expect.stringMatching(/^--hostname box +hostname: box +sethostname$/));
    expect(rows).toContainEqual(expect.stringMatching(/^always +linux\.namespaces: 6 kinds +clone, unshare$/));
    expect(rows).toContainEqual(expect.stringMatching(/^COMMAND +process\.args: \/bin\/sh … +execve$/));
  });

  it('takes its calls from seven labs before it, and its limits from an eighth', () => {
    const labs = lab.told.seen('list', /^lab /).map(({ path }) => path.slice(4, path.indexOf(':')));
    expect([...new Set(labs)].sort()).toEqual([
      '01-pid-namespace',
      '02-rootfs',
      '04-overlay',
      '06-volumes',
      '07-uts-ipc',
      '08-network',
      '10-security',
      '12-runtime',
    ]);
    expect(lab.told.seen('list', /^tslab itself/)[0]?.value).toMatch(/12-runtime-\d+\/cgroup\.procs/);
  });

  it('leaves the host alone: mounts, cgroups, children, and the root filesystem that it used', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    expect(hostname()).toBe(rows('plain').get('host name'));
    expect(openCgroups().find(`12-runtime-${process.pid}`)).toBeUndefined();
  });

  it('leaves nothing in the state directory', () => expect(leftInState()).toEqual([]));
});

/** What each part is good for: the checks that fail without it. */
const ABLATIONS: Readonly<Record<Part, readonly string[]>> = {
  pid: [
    'pid: its pid namespace',
    'pid: its own number in there',
    'mount: processes that it sees',
    'exec: processes in sight: the container’s, the visitor’s, ps',
    'list: namespaces',
  ],
  mount: [
    'mount: its mnt namespace',
    'mount: its root is the image',
    'mount: its mounts',
    'mount: processes that it sees',
    'overlay: the filesystem of its root',
    'overlay: what it writes goes to',
    'uts-ipc: its shared memory',
    'volume: /mnt is the host’s directory',
    'volume: what the letter in it says',
    'exec: processes in sight: the container’s, the visitor’s, ps',
    'list: namespaces',
  ],
  overlay: ['overlay: the filesystem of its root', 'overlay: what it writes goes to'],
  'uts-ipc': [
    'uts-ipc: its uts namespace',
    'uts-ipc: its ipc namespace',
    'uts-ipc: its host name',
    'uts-ipc: its shared memory',
    'list: namespaces',
  ],
  net: ['net: its net namespace', 'net: its links', 'net: its way to all others', 'list: namespaces'],
  cgroup: [
    'cgroup: its cgroup',
    'cgroup: its cgroup namespace',
    'cgroup: what it reads as the path of its cgroup',
    'cgroup: its limit: cpu',
    'cgroup: its limit: memory',
    'cgroup: its limit: pids',
    'devices: the kernel’s log, a device of the host',
  ],
  volume: ['volume: /mnt is the host’s directory', 'volume: what the letter in it says'],
  devices: ['devices: the kernel’s log, a device of the host'],
  capabilities: [
    'capabilities: capabilities of its program',
    'capabilities: that for mounts, and much else, CAP_SYS_ADMIN',
    'user: that a set-uid program would have',
  ],
  user: ['user: its user', 'user: capabilities of its program'],
  seccomp: ['seccomp: its calls'],
};

/** What leaks then: a row of the finished container, and what it says. */
const LEAKS: Readonly<Record<Part, readonly [row: string, value: () => string]>> = {
  pid: ['processes', () => 'the host’s'],
  mount: ['mounts', () => `${readMountinfo().length}`],
  overlay: ['writes to', () => 'the image'],
  'uts-ipc': ['host name', hostname],
  net: ['net', () => 'shared'],
  cgroup: ['memory', () => 'none'],
  volume: ['volume', () => 'none'],
  devices: ['host log', () => 'opens'],
  capabilities: ['powers', () => expect.stringMatching(/^0 of root’s, at most (3\d|4\d)$/)],
  user: ['uid', () => '0'],
  seccomp: ['calls', () => 'all'],
};

describe('lab 12-runtime without', () => {
  it.each(PARTS)('%s fails the checks that depend on it, shows the leak and stays clean', async (part) => {
    const leaky = await tellWithout(part, lab, ABLATIONS[part].filter(isPossible));
    const [row, value] = LEAKS[part];
    expect(rows('seccomp', 'after', leaky).get(row)).toEqual(value());
    expect(leftInState()).toEqual([]);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

/** A row that says the same before and after: where the tests themselves are in the root of cgroups. */
function mayChange(row: string): boolean {
  return row !== 'its cgroup' || !isInRootCgroup();
}

function isInRootCgroup(): boolean {
  return cgroupPath(process.pid) === '/';
}

/** A machine without a controller has no check of its limit. */
function isPossible(check: string): boolean {
  if (check.endsWith('as the path of its cgroup') && isInRootCgroup()) return false;
  return lab.told.checks.map(inWords).includes(check);
}

/** The tables of a step, all in one: property and value. `plain` has one set of them. */
function rows(step: string, when: 'before' | 'after' = 'after', told: Told = lab.told): Map<string, string> {
  const tables = told.seen(step, TABLES).filter((seen) => seen.when === 'during' || seen.when === when);
  const lines = tables.flatMap(({ value }) => value?.split('\n') ?? []);
  return new Map(lines.map((line) => [line.slice(0, 12).trim(), line.slice(12)]));
}

/** What is in the state directory besides the root filesystem and empty directories. */
function leftInState(): string[] {
  const all = readdirSync(stateDirectory(), { recursive: true }) as string[];
  return all.filter((path) => !/^rootfs(\/|$)|^(ledger|run)$|\.lock$/.test(path));
}
