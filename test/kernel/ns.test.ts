import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { mapToRoot } from '../../src/kernel/credentials/user-namespace.js';
import { type Child, type ProcessSpec, start } from '../../src/kernel/process.js';
import { NAMESPACE_TYPES } from '../../src/procfs/namespace-relations.js';
import { type NamespaceKind, readNamespaces } from '../../src/procfs/namespaces.js';
import { shell } from '../support/inside.js';
import { needs, ORDINARY_USER } from '../support/needs.js';
import { output, runDetached, useOwnState } from './runtime-info/containers.js';
import { atTerminal, jsonLines, TSLAB, tslab } from './tslab.js';

useOwnState();

const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.stdin?.end();
    await child.exited;
  }
});

/** A process that stays until the end of the test. */
async function staying(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Promise<Child> {
  const child = start({ ...spec, stdio: ['pipe', 'pipe', 2] }, whileItWaits);
  children.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

const STAY = shell('echo here; read wait');
const ALL = k.CLONE_NEWNS | k.CLONE_NEWUTS | k.CLONE_NEWIPC | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWCGROUP;

function rows(...words: string[]): Record<string, unknown>[] {
  return jsonLines(output('ns', '--json', ...words));
}

function rowOf(inode: number | null): Record<string, unknown> | undefined {
  return rows().find((row) => row.inode === inode);
}

describe('tslab ns', () => {
  it('tells of new namespaces what lsns tells', async (test) => {
    needs(test, 'root');
    needs(test, 'lsns and nsenter');
    const plain = await staying({ ...shell('sleep 60 & echo here; read wait; kill $!'), namespaces: ALL });
    const nested = await staying({ ...STAY, namespaces: ALL | k.CLONE_NEWUSER }, mapToRoot);
    const own = readNamespaces('self');
    const inodes = [plain, nested].flatMap(({ pid }) =>
      Object.entries(readNamespaces(pid)).flatMap(([kind, inode]) =>
        inode === own[kind as NamespaceKind] ? [] : inode,
      ),
    );
    const made = new Set(inodes);
    expect(made.size).toBe(13);
    const { stdout } = spawnSync('lsns', ['-J', '-o', 'NS,TYPE,NPROCS,PID,PNS,ONS'], { encoding: 'utf8' });
    const theirs = (JSON.parse(stdout).namespaces as Record<string, string | number>[]).filter(({ ns }) =>
      made.has(Number(ns)),
    );
    const ours = rows().filter(({ inode }) => made.has(inode as number));
    const key = (a: readonly unknown[], b: readonly unknown[]) => Number(a[0]) - Number(b[0]);
    expect(
      ours.map((one) => [one.inode, one.type, one.processes, one.pid, one.parent ?? 0, one.owner]).sort(key),
    ).toEqual(
      theirs
        .map(({ ns, type, nprocs, pid, pns, ons }) =>
          [ns, type, nprocs, pid, pns, ons].map((v, i) => (i === 1 ? v : Number(v))),
        )
        .sort(key),
    );
  });

  it('shows pid and user namespaces below their parents, and others below their owner', async (test) => {
    needs(test, 'root');
    const outer = await staying({ ...STAY, namespaces: k.CLONE_NEWUSER | k.CLONE_NEWUTS }, mapToRoot);
    const { user, uts } = readNamespaces(outer.pid);
    const lines = output('ns').split('\n');
    const at = lines.findIndex((line) => line.includes(`user ${user}`));
    expect(lines[at]).toMatch(new RegExp(`^[├└]─ user ${user} +1 +${outer.pid}  uid 0 +/bin/sh|sh -c echo here`));
    expect(lines[at + 1]).toMatch(new RegExp(`^[│ ]  └─ uts ${uts} +1 +${outer.pid}  uid 0 `));
    expect(lines[1]).toMatch(/^user 4026531837 .* the host’s /);
  });

  it('has none whose processes end while it looks', async (test) => {
    needs(test, 'root');
    needs(test, 'lsns and nsenter');
    const come = (seconds: number) => `(while kill -0 $$; do unshare -iu sleep ${seconds}; done) >/dev/null 2>&1 &`;
    await staying(shell(`${[0.02, 0.03, 0.04, 0.05].map(come).join(' ')} echo here; read wait`));
    const looks = Array.from({ length: 10 }, () => rows().filter(({ type }) => type === 'ipc' || type === 'uts'));
    expect(looks.flat().filter(({ owner, keptBy }) => owner === null && (keptBy as string[]).length === 0)).toEqual([]);
  });

  it('finds a namespace that only a mount of its file keeps, and the mount', async (test) => {
    needs(test, 'root');
    needs(test, 'lsns and nsenter');
    const folder = mkdtempSync(join(tmpdir(), 'tslab-ns-'));
    try {
      const list = [calls.mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null)];
      const script = `touch ${folder}/blue; unshare --net=${folder}/blue true; echo here; read wait`;
      await staying({ ...shell(script, list), namespaces: k.CLONE_NEWNS });
      const kept = rows('--type', 'net').filter(({ keptBy }) => (keptBy as string[]).includes(`${folder}/blue`));
      expect(kept).toMatchObject([{ processes: 0, pid: null, command: null, owner: readNamespaces('self').user }]);
      expect(output('ns', '--plain')).toMatch(new RegExp(`net ${kept[0]?.inode} .* kept by ${folder}/blue\n`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('finds one that only an open descriptor keeps', async (test) => {
    needs(test, 'root');
    const child = await staying({ ...STAY, namespaces: k.CLONE_NEWUTS });
    const { uts } = readNamespaces(child.pid);
    const fd = openSync(`/proc/${child.pid}/ns/uts`, 'r');
    child.stdin?.end();
    await child.exited;
    expect(rowOf(uts)).toMatchObject({ processes: 0, keptBy: [`/proc/${process.pid}/fd/${fd}`] });
    closeSync(fd);
    // The number may be another namespace's by now.
    expect(rowOf(uts)?.keptBy ?? []).toEqual([]);
  });

  it('works for an ordinary user, and says what is missing', (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const env = { ...process.env, TSLAB_STATE: '/nowhere/tslab', LANG: 'C.UTF-8' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [TSLAB, 'ns'], {
      ...ORDINARY_USER,
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /\d+ processes may not be looked at, .*CAP_SYS_PTRACE .*\(ptrace\(2\)\)\./,
    );
    const refused = spawnSync(process.execPath, [TSLAB, 'ns', '1'], { ...ORDINARY_USER, env, encoding: 'utf8' });
    expect([refused.status, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toMatch(
      /^tslab: the namespaces of process 1 \(.*\) may not be looked at: .*\nsudo tslab ns 1\n$/,
    );
  });

  it('shows a table while processes come and go', () => {
    const noise = spawnSync(
      'sh',
      [
        '-c',
        `i=0; while [ $i -lt 400 ]; do /bin/true & i=$((i+1)); done; wait & exec '${process.execPath}' '${TSLAB}' ns --json`,
      ],
      { encoding: 'utf8' },
    );
    expect([noise.status, noise.stderr]).toEqual([0, '']);
    expect(jsonLines(noise.stdout).length).toBeGreaterThanOrEqual(7);
  });

  it.each([60, 80, 120])('is at most %i columns wide on such a terminal', async (columns) => {
    const { status, stdout } = await atTerminal('ns --no-color', columns).ended;
    expect(status).toBe(0);
    expect(Math.max(...stdout.split(/\r?\n/).map((line) => [...line].length))).toBeLessThanOrEqual(columns);
  });
});

describe('tslab ns --watch', () => {
  it('shows what changes until Ctrl-C', async (test) => {
    needs(test, 'root');
    const session = atTerminal('ns --watch --type uts');
    await session.seen('4026531838');
    const child = await staying({ ...STAY, namespaces: k.CLONE_NEWUTS });
    await session.seen(`uts ${readNamespaces(child.pid).uts}`);
    session.type('\x03');
    expect((await session.ended).status).toBe(130);
  });

  it('needs a terminal', () => {
    const { status, stderr } = tslab(['ns', '--watch']);
    expect([status, stderr.split('\n')[0]]).toEqual([2, 'tslab: --watch needs a terminal']);
  });
});

describe('tslab ns and containers', () => {
  it('says whose the namespaces of one are, and compares two', async (test) => {
    needs(test, 'root');
    const web = runDetached('web', 'exec sleep 60', ['--network', 'none']);
    const db = runDetached('db', 'exec sleep 60', ['--network', 'container:web']);
    // The shell that is there first may still be on its way to its program.
    await expect.poll(() => readFileSync(`/proc/${web.state.init.pid}/cmdline`, 'utf8')).toMatch(/^sleep/);
    const own = readNamespaces('self');
    const [one, other] = [readNamespaces(web.state.init.pid), readNamespaces(db.state.init.pid)];
    for (const { type, inode, owner, ownerUid, whose, sharedWith } of rows('web')) {
      expect([owner, ownerUid]).toEqual(type === 'user' ? [null, 0] : [own.user, 0]);
      const kind = type as NamespaceKind;
      expect(inode).toBe(one[kind]);
      if (kind === 'net') expect([whose, sharedWith]).toEqual(['shared', ['db']]);
      else expect([kind, whose]).toEqual([kind, one[kind] === own[kind] ? 'host' : 'own']);
    }
    expect(rows('web', 'db')).toEqual(
      NAMESPACE_TYPES.map((type) => ({ type, inodes: [one[type], other[type]], same: one[type] === other[type] })),
    );
    expect(rowOf(one.net)).toMatchObject({ containers: ['db', 'web'], isHosts: false, processes: 2 });
    expect(output('ns', 'web')).toMatch(
      new RegExp(
        `^web: process ${web.state.init.pid}, sleep 60\n\nTYPE .*\nnet +${one.net} +2  user ${own.user}, uid 0  shared with db\n`,
        's',
      ),
    );
    expect(output('ns', 'web', 'db')).toMatch(
      new RegExp(`net +${one.net} +${one.net}  the same\n.*uts +\\d+ +\\d+  different\n`, 's'),
    );
    output('rm', '-f', 'db', 'web');
  });

  it.each([
    [['nobody'], 2, 'No such container: nobody'],
    [['4194305'], 2, 'there is no process 4194305'],
    [['--type', 'nat'], 2, '--type: "nat" is no type of namespaces'],
    [['1', '1', '1'], 2, '`tslab ns` compares two at most'],
  ])('refuses %j with %i', (words, expected, message) => {
    const { status, stdout, stderr } = tslab(['ns', ...words]);
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([expected, '', `tslab: ${message}`]);
  });
});
