import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { CgroupsRefused } from '../../src/cgroup/refusal.js';
import { CONTROLLERS } from '../../src/cgroup/types.js';
import { offeredBy, planV2 } from '../../src/cgroup/v2/hierarchy.js';
import { refuseWithoutRoom } from '../../src/cgroup/v2/leaf.js';
import { exitGroup } from '../../src/kernel/calls/index.js';
import { start } from '../../src/kernel/process.js';
import { needs } from '../support/needs.js';

const ROOT = '/sys/fs/cgroup';
const ALL = ['cpu', 'cpuset', 'memory', 'pids'];
const SETS = Array.from({ length: 2 ** ALL.length - 1 }, (_, i) => ALL.filter((_, bit) => ((i + 1) >> bit) & 1));

const state = mkdtempSync(join(tmpdir(), 'tslab-room-test-'));
beforeAll(() => {
  process.env.TSLAB_STATE = state;
});
afterAll(() => rmSync(state, { recursive: true }));

describe('a delegated cgroup with tslab alone in it', () => {
  // cpu, cpuset and pids are threaded controllers: enabled in a cgroup with processes, they turn it into a threaded domain.
  it.for(SETS.map((set) => ({ set, names: set.join(', ') })))('can have children with $names', ({ set }, test) => {
    needs(test, 'pure cgroup v2');
    using base = new Delegated(set);
    base.putChildIn();
    expect([...offeredBy(base.path)].sort()).toEqual([...set, 'cpuacct', 'devices', 'freezer'].sort());
    expect(base.left()).toEqual({ below: [], enabled: '', type: 'domain', processes: `${process.pid}` });
  });

  it('can have them after something else has made it a threaded domain', (test) => {
    needs(test, 'pure cgroup v2');
    using base = new Delegated(['cpu', 'memory']);
    writeFileSync(join(base.path, 'cgroup.subtree_control'), '+cpu');
    expect(base.left().type).toBe('domain threaded');
    base.putChildIn();
    expect(base.left()).toMatchObject({ enabled: '', type: 'domain' });
  });

  it('names a process that is none of its own, and stays as it is', (test) => {
    needs(test, 'pure cgroup v2');
    using base = new Delegated(ALL);
    const stranger = strangerOf(test);
    const before = base.left();
    expect(() => refuseWithoutRoom(base.path)).toThrow(CgroupsRefused);
    expect(() => refuseWithoutRoom(base.path)).toThrow(`${base.path} holds sleep (pid ${stranger})`);
    expect(base.left()).toEqual(before);
  });
});

/** A cgroup with these controllers, with this process in it; the process goes back to the root. */
class Delegated {
  readonly parent = join(ROOT, `tslab-room-test-${process.pid}`);
  readonly path = join(this.parent, 'user');

  constructor(controllers: readonly string[]) {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(ROOT, 'cgroup.subtree_control'), enabling(ALL));
    writeFileSync(join(this.parent, 'cgroup.subtree_control'), enabling(controllers));
    writeFileSync(join(this.path, 'cgroup.procs'), '0');
  }

  /** Root would take the real root of the hierarchy, so that this one is named. */
  putChildIn(): void {
    using group = planV2(this.path, `test-room-${process.pid}`, CONTROLLERS);
    group.make();
    start({ calls: [...group.joinCalls(), exitGroup(0)] });
  }

  left() {
    const entries = readdirSync(this.path, { withFileTypes: true });
    return {
      below: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      enabled: this.read('cgroup.subtree_control'),
      type: this.read('cgroup.type'),
      processes: this.read('cgroup.procs'),
    };
  }

  private read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8').trim();
  }

  [Symbol.dispose](): void {
    for (const pid of this.read('cgroup.procs').split('\n')) if (pid) writeFileSync(join(ROOT, 'cgroup.procs'), pid);
    rmdirSync(this.path);
    rmdirSync(this.parent);
  }
}

function enabling(controllers: readonly string[]): string {
  return controllers.map((one) => `+${one}`).join(' ');
}

/** Neither ancestor nor descendant, in another process group. The pid. */
function strangerOf(test: TestContext): number {
  const { stdout } = spawnSync('sh', ['-c', 'setsid sleep 100 >/dev/null 2>&1 & echo $!'], { encoding: 'utf8' });
  const pid = Number(stdout);
  test.onTestFinished(() => void process.kill(pid));
  return pid;
}
