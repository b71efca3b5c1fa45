import { describe, expect, it } from 'vitest';
import {
  cgroup2Mount,
  controllerMounts,
  detectLayout,
  parseProcCgroup,
  readProcCgroup,
} from '../../../src/procfs/cgroups.js';
import { parseMountinfo } from '../../../src/procfs/mountinfo.js';
import { CGROUP_HYBRID, CGROUP_SYSTEMD, CGROUP_V1, CGROUP_V2, ODD_NAMES } from './fixtures/mountinfo.js';

describe('parseProcCgroup', () => {
  it('tells controllers, a named hierarchy and cgroup v2 apart', () => {
    const text = '9:name=systemd:/\n4:memory:/process/a\n2:cpu,cpuacct:/\n0::/user.slice\n';
    expect(parseProcCgroup(text)).toEqual([
      { hierarchy: 9, controllers: ['name=systemd'], path: '/' },
      { hierarchy: 4, controllers: ['memory'], path: '/process/a' },
      { hierarchy: 2, controllers: ['cpu', 'cpuacct'], path: '/' },
      { hierarchy: 0, controllers: [], path: '/user.slice' },
    ]);
  });

  it('keeps colons and spaces of a path', () => {
    expect(parseProcCgroup('0::/a:b c:d (deleted)\n')[0]?.path).toBe('/a:b c:d (deleted)');
  });

  it('finds the cgroups of this process', () => {
    expect(readProcCgroup('self').every(({ path }) => path.startsWith('/'))).toBe(true);
  });
});

describe('detectLayout', () => {
  it.each([
    ['v1', CGROUP_V1],
    ['hybrid', CGROUP_HYBRID],
    ['v2', CGROUP_V2],
    ['none', ODD_NAMES],
  ] as const)('recognises %s', (layout, text) => {
    expect(detectLayout(parseMountinfo(text))).toBe(layout);
  });

  it('does not take a hierarchy that has only a name for a controller', () => {
    const named = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n';
    expect(detectLayout(parseMountinfo(named + CGROUP_V2))).toBe('v2');
  });
});

describe('controllerMounts', () => {
  it('gives the directory of each controller', () => {
    expect([...controllerMounts(parseMountinfo(CGROUP_HYBRID))].sort()).toEqual([
      ['cpu', '/sys/fs/cgroup/cpu'],
      ['cpuacct', '/sys/fs/cgroup/cpuacct'],
      ['memory', '/sys/fs/cgroup/memory'],
      ['pids', '/sys/fs/cgroup/pids'],
    ]);
  });

  it('knows controllers that share a hierarchy, and options that are none', () => {
    expect([...controllerMounts(parseMountinfo(CGROUP_SYSTEMD))].sort()).toEqual([
      ['cpu', '/sys/fs/cgroup/cpu,cpuacct'],
      ['cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
    ]);
  });

  it('knows every controller of v1 (cgroups(7))', () => {
    const controllers =
      'blkio,cpu,cpuacct,cpuset,devices,freezer,hugetlb,memory,misc,net_cls,net_prio,perf_event,pids,rdma';
    const all = `90 31 0:29 / /srv/all rw - cgroup cgroup rw,${controllers}\n`;
    expect([...controllerMounts(parseMountinfo(all)).keys()].sort()).toEqual(controllers.split(','));
  });

  it('prefers the first of two mounts of a hierarchy', () => {
    const again = '90 31 0:29 / /srv/copy rw - cgroup cgroup rw,cpu\n';
    expect(controllerMounts(parseMountinfo(CGROUP_V1 + again)).get('cpu')).toBe('/sys/fs/cgroup/cpu');
  });
});

describe('cgroup2Mount', () => {
  it('finds it beside v1 and alone', () => {
    expect(cgroup2Mount(parseMountinfo(CGROUP_HYBRID))).toBe('/sys/fs/cgroup/unified');
    expect(cgroup2Mount(parseMountinfo(CGROUP_V2))).toBe('/sys/fs/cgroup');
  });

  it('finds none on pure v1', () => {
    expect(cgroup2Mount(parseMountinfo(CGROUP_V1))).toBeUndefined();
  });
});
