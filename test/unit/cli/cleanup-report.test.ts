import { describe, expect, it } from 'vitest';
import { renderCleanup, toJson } from '../../../src/cli/commands/cleanup.js';
import { diffSnapshots, type Snapshot } from '../../../src/procfs/snapshot.js';
import type { CleanupReport } from '../../../src/state/ledger/cleanup.js';

const CGROUP = '/sys/fs/cgroup/tslab/lab-42';

describe('renderCleanup', () => {
  it('says that there was nothing, and proves it', () => {
    const text = renderCleanup(report({}));
    expect(text).toContain('No run that has ended has left anything.');
    expect(text).toMatch(/^control groups of tslab +0 +0$/m);
    expect(text).toMatch(/Nothing of tslab is left\.\n$/);
  });

  it('names what it removed, with the counts before and now', () => {
    const text = renderCleanup(report({ swept: [{ kind: 'cgroup', name: CGROUP }], before: [CGROUP] }));
    expect(text).toContain(`removed      cgroup ${CGROUP}`);
    expect(text).toMatch(/^control groups of tslab +1 +0$/m);
    expect(text).toContain(`cgroup ${CGROUP} vanished`);
  });

  it('says what is still there, and why', () => {
    const stuck = { kind: 'directory', name: '/run/tslab/.tmp-1-2-x', problem: 'it is mounted' } as const;
    const text = renderCleanup(report({ swept: [stuck] }));
    expect(text).toMatch(/still there {2}directory \/run\/tslab\/\.tmp-1-2-x\n +it is mounted/);
    expect(text).toContain('1 of 1 could not be removed');
  });

  it('tells apart what was prepared and is taken back', () => {
    const leaf = { kind: 'preparation', name: '/sys/fs/cgroup/tslab-prepared' } as const;
    const text = renderCleanup(report({ prepared: [leaf] }));
    expect(text).toContain('No run that has ended has left anything.');
    expect(text).toContain(`Made by tslab doctor --prepare:\n  removed      preparation ${leaf.name}`);
  });

  it('does not claim that nothing is left while another tslab runs', () => {
    const text = renderCleanup(report({ before: [CGROUP], after: [CGROUP] }));
    expect(text).not.toContain('Nothing of tslab is left');
    expect(text).toContain('in use by a tslab that is running');
  });
});

describe('toJson', () => {
  it('counts the objects of the snapshots', () => {
    expect(toJson(report({ before: [CGROUP] }))).toMatchObject({ before: { cgroup: 1 }, after: { cgroup: 0 } });
  });
});

function report(told: {
  swept?: CleanupReport['swept'];
  prepared?: CleanupReport['prepared'];
  before?: string[];
  after?: string[];
}): CleanupReport {
  const before = snapshot(told.before ?? []);
  const after = snapshot(told.after ?? []);
  return {
    swept: told.swept ?? [],
    found: [],
    prepared: told.prepared ?? [],
    before,
    after,
    changes: diffSnapshots(before, after),
  };
}

function snapshot(cgroups: readonly string[]): Snapshot {
  const none = new Map<string, string>();
  const cgroup = new Map(cgroups.map((path) => [path, 'cgroup2']));
  return { mount: none, cgroup, process: none, link: none, namespace: none, hostname: none };
}
