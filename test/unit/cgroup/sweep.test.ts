import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeCgroupTree } from '../../../src/cgroup/sweep.js';

describe('removeCgroupTree', () => {
  it.each([
    ['/sys/fs/cgroup/cpu', 'not below a cgroup called tslab'],
    ['/sys/fs/cgroup/cpu/tslab-other/x', 'not below a cgroup called tslab'],
    ['/tslab/x', 'not below a cgroup called tslab'],
    ['/sys/fs/cgroup/tslab/../system.slice', 'not a plain absolute path'],
    ['tslab/x', 'not a plain absolute path'],
  ])('refuses %s', (path, why) => {
    expect(() => removeCgroupTree(path)).toThrow(why);
  });

  it('refuses a directory that is no cgroup, and leaves it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cgroup-'));
    mkdirSync(join(directory, 'tslab/x'), { recursive: true });
    expect(() => removeCgroupTree(join(directory, 'tslab/x'))).toThrow('it is not a cgroup');
    expect(readdirSync(join(directory, 'tslab'))).toEqual(['x']);
    rmSync(directory, { recursive: true });
  });

  it('is content where the cgroup is gone already', () => {
    expect(() => removeCgroupTree('/sys/fs/cgroup/nowhere/tslab/x')).not.toThrow();
  });
});
