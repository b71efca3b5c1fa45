import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace/lab.js';
import { rootfsLab } from '../../labs/02-rootfs/lab.js';
import { writeFile } from '../../src/kernel/call.js';
import { execve, open, setgroups, setresgid, setresuid, write } from '../../src/kernel/calls/index.js';
import { CLONE_NEWUSER, O_WRONLY } from '../../src/kernel/constants.js';
import { type ProcessSpec, start } from '../../src/kernel/process.js';
import { listProcesses } from '../../src/procfs/processes.js';
import { needs, ORDINARY_USER } from '../support/needs.js';
import { expectOrder, expectWellFormed, parseEvents, Told } from './support.js';
import { TSLAB } from './tslab.js';

const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ORDINARY_USER;
let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-rootless-'));
  chownSync(state, uid, gid);
});

afterEach(() => rmSync(state, { recursive: true }));

describe('an ordinary user', () => {
  it.for([pidNamespaceLab, rootfsLab])('runs $id, whole, and leaves nothing', async (lab, test) => {
    needsOrdinaryUser(test);
    const before = { mountinfo: mountinfo(), processes: processesOf(uid) };
    const { status, told } = tslab(lab.id);
    expect(told.broken).toEqual([]);
    expect(told.end).toEqual({ type: 'end', id: lab.id, status: 'held' });
    expect(status).toBe(0);
    expectOrder(told, lab);
    expectWellFormed(told.events);
    expect(mountinfo()).toBe(before.mountinfo);
    const begunSince = () => processesOf(uid).filter((pid) => !before.processes.includes(pid));
    await expect.poll(begunSince).toEqual([]); // some are on their way out
  });

  it('becomes root in a user namespace only, where it is the one user there is', (test) => {
    needsOrdinaryUser(test);
    const { told } = tslab('01-pid-namespace');
    const calls = told.all('syscall').filter(({ by }) => by === 'tslab');
    const clones = calls.filter(({ name }) => name === 'clone');
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expect(clones.filter(({ text }) => /CLONE_NEWPID/.test(text))).not.toEqual([]);
    expect(clones.filter(({ text }) => /CLONE_NEW/.test(text) && !/CLONE_NEWUSER/.test(text))).toEqual([]);
    expect(calls.map(({ text }) => text)).toContainEqual(expect.stringContaining(`"0 ${uid} 1"`));
  });

  it.for([
    ['01-pid-namespace', 'mount-proc', 'ps inside sees the container and nothing else'],
    ['02-rootfs', 'umount-old-root', 'its root is still our directory'],
  ] as const)('sees the same leak in %s without %s', ([lab, step, check], test) => {
    needsOrdinaryUser(test);
    const { status, told } = tslab(lab, '--skip', step);
    expect(told.end).toMatchObject({ status: 'failed', skipped: [step], failed: expect.arrayContaining([check]) });
    expect(status).toBe(1);
  });

  it('is told that 03-cgroups is impossible where no cgroup is delegated, and how it could be done', (test) => {
    needsOrdinaryUser(test);
    const { status, told } = tslab('03-cgroups');
    expect(told.end).toMatchObject({ status: 'impossible', why: expect.stringContaining('Remedy: ') });
    expect(status).toBe(3);
  });
});

describe('an ordinary user who may not make user namespaces', () => {
  it.for(['01-pid-namespace', '02-rootfs'])(
    'is told why %s is impossible, and the command that helps',
    async (lab, test) => {
      needs(test, 'root');
      needsOrdinaryUser(test);
      const { status, output, errors } = await inNarrowNamespace(lab);
      const told = new Told(parseEvents(output));
      expect(told.broken).toEqual([]);
      expect(told.end.status).toBe('impossible');
      expect(told.end.why).toMatch(/clone\(.*\) = ENOSPC: user\.max_user_namespaces is 0\./);
      expect(told.end.why).toContain('sudo sysctl -w user.max_user_namespaces=');
      expect({ status, errors }).toEqual({ status: 3, errors: '' });
    },
  );
});

function needsOrdinaryUser(test: TestContext): void {
  needs(test, 'node and tslab where every user may read');
  needs(test, 'user namespaces for ordinary users');
}

/** The built program with --json, run by an ordinary user. */
function tslab(...words: string[]): { status: number | null; told: Told } {
  const options = { ...ORDINARY_USER, encoding: 'utf8', env: environment(), maxBuffer: 2 ** 26 } as const;
  const { status, stdout } = spawnSync(process.execPath, [TSLAB, ...words, '--json'], options);
  return { status, told: new Told(parseEvents(stdout)) };
}

/**
 * The same in a user namespace that may have no other inside: this limit can be set for each (namespaces(7)), so that the
 * switch of the whole machine stays as it is.
 */
async function inNarrowNamespace(lab: string): Promise<{ status: number; output: string; errors: string }> {
  const limit = open('/proc/sys/user/max_user_namespaces', O_WRONLY);
  const variables = Object.entries(environment()).map(([name, value]) => `${name}=${value}`);
  const become = [setgroups([]), setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
  const program = execve(process.execPath, ['node', TSLAB, lab, '--json'], variables);
  const calls = [limit, write(limit, '0'), ...become, program];
  const spec: ProcessSpec = { namespaces: CLONE_NEWUSER, calls, stdio: ['null', 'pipe', 'pipe'] };
  const child = start(spec, mapEverybody);
  const read = (stream: typeof child.stdout) => (stream ? text(stream) : '');
  const [output, errors] = await Promise.all([read(child.stdout), read(child.stderr)]);
  return { ...(await child.exited), output, errors };
}

function mapEverybody(pid: number): void {
  for (const map of ['uid_map', 'gid_map']) writeFile(`/proc/${pid}/${map}`, '0 0 65536');
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: state, TSLAB_STATE: state };
}

function mountinfo(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}

/** Pids of a user's processes that are alive: the dead are for the machine's init to collect. */
function processesOf(user: number): number[] {
  const ofUser = (pid: number) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === user;
  const alive = listProcesses().filter(({ state }) => state !== 'Z');
  return alive.map(({ pid }) => pid).filter(ofUser);
}
