import { describe, expect, it } from 'vitest';
import { confines } from '../../../src/doctor/apparmor.js';
import { recogniseContainer } from '../../../src/doctor/container.js';
import { parseEnabled } from '../../../src/doctor/examine.js';
import { isAtLeast, wslVersion } from '../../../src/doctor/release.js';
import { missingCapabilities } from '../../../src/doctor/self.js';
import { parseProcCgroup } from '../../../src/procfs/cgroups.js';

describe('the release of a kernel', () => {
  it.each([
    ['6.18.44-fc-v669', true],
    ['5.11.0', true],
    ['5.10.0-32-amd64', false],
    ['5.4.0-196-generic', false],
    ['6.1-rc1', true],
    ['4.18.0-553.el8.x86_64', false],
  ])('tells whether %s is at least 5.11', (release, expected) => {
    expect(isAtLeast(release, 5, 11)).toBe(expected);
  });

  it.each([
    ['4.4.0-19041-Microsoft', 1],
    ['4.19.84-microsoft-standard', 2],
    ['5.15.153.1-microsoft-standard-WSL2', 2],
    ['6.8.0-45-generic', null],
  ])('tells which WSL %s is', (release, expected) => {
    expect(wslVersion(release)).toBe(expected);
  });
});

describe('a container', () => {
  const none = parseProcCgroup('0::/user.slice/user-1000.slice/session-2.scope\n');

  it('is recognised by the file that its runtime leaves', () => {
    expect(recogniseContainer(['/.dockerenv'], none)).toEqual({ kind: 'docker', evidence: '/.dockerenv' });
    expect(recogniseContainer(['/run/.containerenv'], none)?.kind).toBe('podman');
  });

  it.each([
    ['4:memory:/docker/0123456789ab\n', 'docker'],
    ['0::/system.slice/docker-0123456789ab.scope\n', 'docker'],
    ['0::/kubepods.slice/kubepods-besteffort.slice/cri-containerd-0123.scope\n', 'kubernetes'],
    ['0::/machine.slice/libpod-0123.scope\n', 'podman'],
    ['0::/lxc.payload.c1/init.scope\n', 'lxc'],
  ])('is recognised by its cgroup %j', (text, kind) => {
    expect(recogniseContainer([], parseProcCgroup(text))?.kind).toBe(kind);
  });

  it('is not seen in the cgroup of a service or of the Docker daemon', () => {
    const daemon = parseProcCgroup('0::/system.slice/docker.service\n');
    for (const cgroups of [none, daemon]) expect(recogniseContainer([], cgroups)).toBeNull();
  });
});

describe('what restricts a process', () => {
  it('is the capabilities that it lacks, by name', () => {
    expect(missingCapabilities(0x1fffeffffffn, 40)).toEqual(['CAP_SYS_RESOURCE']);
    expect(missingCapabilities(0x1ffffffffffn, 40)).toEqual([]);
    // What `docker run` leaves to root.
    const docker = missingCapabilities(0x00000000a80425fbn, 40);
    expect(docker).toContain('CAP_SYS_ADMIN');
    expect(docker).not.toContain('CAP_MKNOD');
    expect(docker).toHaveLength(41 - 14);
  });

  it('may be a capability newer than this code', () => {
    expect(missingCapabilities(0x1ffffffffffn, 41)).toEqual(['capability 41']);
  });

  it('is a profile of AppArmor that is enforced', () => {
    expect(confines('docker-default (enforce)')).toBe(true);
    for (const profile of [null, 'unconfined', 'vscode (unconfined)', 'x (complain)']) {
      expect(confines(profile)).toBe(false);
    }
  });
});

describe('/proc/cgroups', () => {
  it('names the controllers that are enabled', () => {
    const text = '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t1\t1\nmemory\t0\t64\t0\npids\t8\t1\t1\n';
    expect(parseEnabled(text)).toEqual(['cpuset', 'pids']);
  });
});
