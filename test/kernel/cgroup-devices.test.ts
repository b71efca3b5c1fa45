import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitDevices } from '../../labs/10-security/calls/devices.js';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { CONTAINERS_CONTROLLERS } from '../../src/cgroup/types.js';
import { V1Cgroup } from '../../src/cgroup/v1/v1-cgroup.js';
import { planV2 } from '../../src/cgroup/v2/hierarchy.js';
import { exitGroup, mknod, open } from '../../src/kernel/calls/index.js';
import { O_RDONLY, O_RDWR, O_WRONLY, S_IFBLK, S_IFCHR } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { recordErrno } from '../../src/kernel/render.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';
import type { DeviceRule } from '../../src/oci/resources.js';
import { cgroup2Mount } from '../../src/procfs/cgroups.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';
import { eachWithItsOwn } from './cgroup-fixture.js';

const isRoot = process.geteuid?.() === 0;
const own = eachWithItsOwn();
const NOTHING: DeviceRule = { allow: false, access: 'rwm' };
/** A number that no driver has: where nothing forbids it, opening says ENXIO. */
const [ABSENT, OTHER] = [
  [239, 7],
  [239, 8],
] as const;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-devices-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** By files of v1, or by a program of v2, which beside v1 has a hierarchy without controllers. */
function groups(): Cgroup[] {
  const usual = own.cgroups.create('devices', CONTAINERS_CONTROLLERS);
  const unified = cgroup2Mount(readMountinfo('self'));
  if (!(usual instanceof V1Cgroup) || unified === undefined) return [usual];
  const other = planV2(unified, `${usual.name}-v2`, []);
  other.make();
  return [usual, other];
}

/** What the kernel says, in a cgroup with these rules, to each of some calls. */
async function said(group: Cgroup, calls: readonly Syscall[]): Promise<string[]> {
  const child = start({ calls: [...group.joinCalls(), ...calls.map(mayFail), exitGroup(0)] });
  await child.exited;
  const made = child.trace().filter(({ call }) => ['openat', 'mknodat'].includes(call.name));
  return made.slice(-calls.length).map((record) => recordErrno(record) ?? 'ok');
}

let count = 0;
function node(type: number, numbers: readonly [number, number]) {
  const path = join(directory, `node-${count++}`);
  return { path, make: mknod(path, type | 0o600, numbers) };
}

describe.skipIf(!isRoot)('a cgroup with rules for devices (skipped without root)', () => {
  it('lets everybody make nodes, and open only those of the rules', async () => {
    for (const group of groups()) {
      using _ = group;
      limitDevices(group, [NOTHING]);
      const [null_, disk, terminal] = [node(S_IFCHR, [1, 3]), node(S_IFBLK, ABSENT), node(S_IFCHR, [4, 0])];
      const opened = [open(null_.path, O_RDWR), open(disk.path, O_RDONLY), open(terminal.path, O_RDONLY)];
      const answers = await said(group, [null_.make, disk.make, terminal.make, ...opened]);
      expect(answers).toEqual(['ok', 'ok', 'ok', 'ok', 'EPERM', 'EPERM']);
    }
  });

  it('tells reading from writing, and one number from the next', async () => {
    for (const group of groups()) {
      using _ = group;
      limitDevices(group, [NOTHING, { allow: true, type: 'b', major: 239, minor: 7, access: 'r' }]);
      const [one, other] = [node(S_IFBLK, ABSENT), node(S_IFBLK, OTHER)];
      const opened = [O_RDONLY, O_WRONLY, O_RDWR].map((how) => open(one.path, how));
      const answers = await said(group, [one.make, other.make, ...opened, open(other.path, O_RDONLY)]);
      expect(answers).toEqual(['ok', 'ok', 'ENXIO', 'EPERM', 'EPERM', 'EPERM']);
    }
  });

  it('may be about all devices but some', async () => {
    for (const group of groups()) {
      using _ = group;
      limitDevices(group, [{ allow: true }, { allow: false, type: 'b', major: 239, minor: 7, access: 'w' }]);
      const [one, other] = [node(S_IFBLK, ABSENT), node(S_IFBLK, OTHER)];
      const opened = [open(one.path, O_RDONLY), open(one.path, O_RDWR), open(other.path, O_RDWR)];
      expect(await said(group, [one.make, other.make, ...opened])).toEqual(['ok', 'ok', 'ENXIO', 'EPERM', 'ENXIO']);
    }
  });

  it('forbids nothing where all is allowed', async () => {
    for (const group of groups()) {
      using _ = group;
      limitDevices(group, [{ allow: true, access: 'rwm' }]);
      const one = node(S_IFBLK, ABSENT);
      expect(await said(group, [one.make, open(one.path, O_RDWR)])).toEqual(['ok', 'ENXIO']);
    }
  });
});
