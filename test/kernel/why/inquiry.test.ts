import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadFilter } from '../../../labs/10-security/calls/filter.js';
import { becomeUser, keepAdmin, limitBounding } from '../../../labs/10-security/calls/give-up.js';
import { execve, mount } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { start } from '../../../src/kernel/process.js';
import { DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import type { Verdict } from '../../../src/why/finding.js';
import { Inquiry } from '../../../src/why/inquiry.js';
import { needs } from '../../support/needs.js';

const BUILTIN = defaultProgram(thisMachine());
let directory = '';

interface Rules {
  readonly filter?: boolean;
  readonly uid?: number;
  readonly without?: readonly string[];
}

/** What refuses calls of a script, in namespaces of its own, with Docker's capabilities and filter. */
async function verdictsOn(script: string, { filter = true, uid = 0, without = [] }: Rules) {
  using inquiry = new Inquiry();
  const own = ownCapabilities();
  const sets = { bounding: DOCKERS_CAPABILITIES.bounding.filter((name) => !without.includes(name)) };
  const inside = [
    ...limitBounding(own, sets),
    ...becomeUser({ uid, gid: uid }, true),
    ...(uid === 0 ? keepAdmin(own, sets) : []),
  ];
  const list = [
    mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null),
    mount('tmpfs', `${directory}/tmp`, 'tmpfs', k.MS_NOEXEC | k.MS_NODEV, null),
    mount(`${directory}/ro`, `${directory}/ro`, null, k.MS_BIND, null),
    mount(null, `${directory}/ro`, null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY, null),
    ...(filter ? loadFilter(BUILTIN) : []),
    execve('/bin/sh', ['sh', '-c', script], ['PATH=/usr/bin:/bin:/usr/sbin:/sbin']),
  ];
  const calls = inquiry.prepare(list) ?? list;
  const namespaces = k.CLONE_NEWNS | k.CLONE_NEWNET;
  const { exited } = start({ namespaces, calls, inside, listening: inquiry }, (pid) => inquiry.follow(pid));
  const { status } = await exited;
  inquiry.ended({ exitCode: status, oomKilled: false });
  return { ...inquiry.findings, status };
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-why-'));
  process.env.TSLAB_STATE = `${directory}/state`;
  chmodSync(directory, 0o755);
  for (const name of ['state', 'tmp', 'ro', 'closed', 'open']) mkdirSync(join(directory, name));
  chmodSync(`${directory}/closed`, 0o700);
  chmodSync(`${directory}/open`, 0o777);
  writeFileSync(`${directory}/closed/file`, '');
  writeFileSync(`${directory}/script`, '#!/bin/sh\n', { mode: 0o644 });
});
afterAll(() => {
  delete process.env.TSLAB_STATE;
  rmSync(directory, { recursive: true });
});

/** A script, where it runs, and what refuses its last call. $D is the directory of the test. */
const CASES: [script: string, rules: Rules, call: RegExp, verdict: Partial<Verdict>, remedy: RegExp][] = [
  ['busybox mount -t tmpfs x $D/tmp', {}, /^mount\("x", /, { layer: 'seccomp' }, /--cap-add SYS_ADMIN/],
  [
    'busybox mount -t tmpfs x $D/tmp',
    { filter: false },
    /^mount\("x"/,
    { layer: 'capability', by: 'the lack of CAP_SYS_ADMIN' },
    /--cap-add SYS_ADMIN/,
  ],
  ['busybox unshare -m true', {}, /^unshare\(0x20000\)/, { layer: 'seccomp' }, /--cap-add SYS_ADMIN/],
  [
    'busybox hostname other',
    { filter: false },
    /^sethostname\("other"/,
    { by: 'the lack of CAP_SYS_ADMIN' },
    /--cap-add SYS_ADMIN/,
  ],
  ['chown 5 $D/script', { without: ['CAP_CHOWN'] }, /^f?chown/, { by: 'the lack of CAP_CHOWN' }, /--cap-add CHOWN/],
  [
    'busybox nc -l -p 80',
    { without: ['CAP_NET_BIND_SERVICE'] },
    /^bind\(3, {AF_INET6?.*port 80}/,
    { by: 'the lack of CAP_NET_BIND_SERVICE' },
    /--cap-add NET_BIND_SERVICE/,
  ],
  [
    'busybox ping -c 1 127.0.0.1',
    { without: ['CAP_NET_RAW'] },
    /^socket\(/,
    { by: 'the lack of CAP_NET_RAW' },
    /--cap-add NET_RAW/,
  ],
  ['touch $D/closed/new', { uid: 1000 }, /closed\/new/, { layer: 'permissions' }, /-u 0/],
  [
    'chroot $D true',
    { without: ['CAP_SYS_CHROOT'], filter: false },
    /^chroot\(/,
    { by: 'the lack of CAP_SYS_CHROOT' },
    /--cap-add SYS_CHROOT/,
  ],
  [
    'mknod $D/open/device c 1 3',
    { without: ['CAP_MKNOD'] },
    /^mknod/,
    { by: 'the lack of CAP_MKNOD' },
    /--cap-add MKNOD/,
  ],
  ['touch $D/ro/new', {}, /ro\/new/, { layer: 'read-only mount' }, /:rw$/],
  ['cp /bin/true $D/tmp/x; $D/tmp/x', {}, /^execve/, { layer: 'mount flags' }, /:exec$/],
  ['mkdir $D/new', { uid: 1000 }, /^mkdir/, { layer: 'permissions' }, /chmod or chown/],
  ['$D/script', {}, /^execve/, { layer: 'permissions' }, /chmod or chown/],
  ['chmod 777 $D/script', { uid: 1000 }, /^f?chmod/, { layer: 'permissions' }, /-u 0/],
  ['kill -0 1', { uid: 1000 }, /^kill\(1, 0\)/, { by: 'the lack of CAP_KILL' }, /-u root/],
  ['cat $D/closed/file', { uid: 1000 }, /closed\/file/, { layer: 'permissions' }, /-u 0/],
  ['busybox ionice -c 1 true', { uid: 1000 }, /^ioprio_set/, { layer: 'capability' }, /-u root|--cap-add/],
];

describe('why', () => {
  beforeEach((test) => needs(test, 'tracepoints of capabilities'));

  it.each(CASES)('tells who refuses `%s` with %j', async (script, rules, call, verdict, remedy) => {
    const found = await verdictsOn(script.replaceAll('$D', directory), rules);
    const last = found.verdicts.at(-1);
    expect(last).toMatchObject(verdict);
    expect(last?.call).toMatch(call);
    expect(last?.remedies.join('\n')).toMatch(new RegExp(remedy, 'm'));
    expect(found).toMatchObject({ lost: 0 });
  });

  it.each(['true', 'cat /nothing', 'cat /etc/passwd', `test -w /etc/passwd`])(
    'blames nobody for `%s`',
    async (script) => {
      expect((await verdictsOn(script, {})).verdicts).toEqual([]);
    },
  );
});
