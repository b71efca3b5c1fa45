import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { elfProgram } from '../../../src/kernel/machine-code/elf.js';
import type { Verdict } from '../../../src/why/finding.js';
import { needs, ORDINARY_USER } from '../../support/needs.js';
import { useOwnState } from '../runtime-info/containers.js';
import { bareEnvironment, TSLAB, tslab } from '../tslab.js';

useOwnState();
let directory = '';

/** settimeofday(NULL, NULL) of x86-64, which asks for the right and sets nothing, whoever calls; its errno is the exit status. */
const SETTIME = elfProgram(Buffer.from('b8a400000031ff31f60f05f7d889c7b8e70000000f05', 'hex'), 'x64');
/** Kills who executes anything with an environment: by an argument. */
const KILLING = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['execve'], action: 'SCMP_ACT_KILL_PROCESS', args: [{ index: 2, value: 0, op: 'SCMP_CMP_NE' }] }],
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-why-cases-'));
  chmodSync(directory, 0o755);
  for (const name of ['open', 'closed', 'state']) mkdirSync(join(directory, name));
  chmodSync(join(directory, 'closed'), 0o700);
  if (process.geteuid?.() === 0) chownSync(join(directory, 'closed'), 1000, 1000);
  writeFileSync(join(directory, 'settime'), SETTIME, { mode: 0o755 });
  writeFileSync(join(directory, 'killing.json'), JSON.stringify(KILLING));
});
afterAll(() => rmSync(directory, { recursive: true }));

const OPEN = 'seccomp=unconfined';
const inWords = (text: string) => text.replaceAll('$D', directory).split(' ');
const json = (words: readonly string[]): { verdicts: Verdict[]; exitCode: number } =>
  JSON.parse(tslab(['why', '--json', '--network', 'none', ...words]).stdout);
const ofScript = (options: string, script: string) => [
  ...inWords(options).filter(Boolean),
  'busybox',
  'sh',
  '-c',
  script,
];

type Case = readonly [options: string, script: string, by: string, remedy: string, changed: string];

/** Options, a script that fails, who refuses it, the remedy that is told, and the options with that. */
const CASES: readonly Case[] = [
  ['', 'mount -t tmpfs x /mnt', 'seccomp', '--cap-add SYS_ADMIN', '--cap-add SYS_ADMIN'],
  [
    `--security-opt ${OPEN}`,
    'mount -t tmpfs x /mnt',
    'the lack of CAP_SYS_ADMIN',
    '--cap-add SYS_ADMIN',
    `--security-opt ${OPEN} --cap-add SYS_ADMIN`,
  ],
  ['--cap-drop CHOWN', 'chown 5 /etc/passwd', 'the lack of CAP_CHOWN', '--cap-add CHOWN', '--cap-add CHOWN'],
  [
    '--cap-drop NET_BIND_SERVICE --sysctl net.ipv4.ip_unprivileged_port_start=1024',
    'timeout 1 nc -l -p 80; test $? -ne 1',
    'the lack of CAP_NET_BIND_SERVICE',
    '--cap-add NET_BIND_SERVICE',
    '--sysctl net.ipv4.ip_unprivileged_port_start=1024',
  ],
  ['--cap-drop NET_RAW', 'ping -c 1 127.0.0.1', 'the lack of CAP_NET_RAW', '--cap-add NET_RAW', ''],
  [
    '--cap-drop DAC_OVERRIDE -v $D/closed:/v',
    'touch /v/x',
    'the lack of CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE',
    '--cap-add DAC_OVERRIDE',
    '-v $D/closed:/v',
  ],
  ['-u 1000', 'touch /root/x', 'the permissions of /root', '-u 0', '-u 0'],
  ['--read-only', 'touch /root/x', 'the read-only root', '--tmpfs /root', '--read-only --tmpfs /root'],
  ['-v $D/open:/v:ro', 'touch /v/x', 'the read-only mount of /v', '-v SOURCE:/v:rw', '-v $D/open:/v:rw'],
  [
    '',
    'echo x > /proc/sys/kernel/domainname',
    'the read-only mount of /proc/sys',
    '--security-opt systempaths=unconfined',
    '--security-opt systempaths=unconfined',
  ],
  [
    '--tmpfs /t',
    'cp /bin/busybox /t/busybox; /t/busybox true',
    'a mount without programs',
    '--tmpfs /t:exec',
    '--tmpfs /t:exec',
  ],
  ['--userns auto', 'mknod /x c 1 3', 'the user namespace', '--userns host', '--userns host'],
  [
    '',
    'mknod /x c 10 237; : < /x',
    'the rules for devices',
    "--device-cgroup-rule 'c 10:237 rwm'",
    '--device-cgroup-rule c_10:237_rwm',
  ],
  [
    '--pids-limit 2',
    'sleep 1 & sleep 1 & sleep 1; wait',
    'the limit of processes',
    '--pids-limit NUMBER, a larger one',
    '--pids-limit 20',
  ],
  [
    '--memory 16m',
    'dd if=/dev/zero of=/dev/null bs=40M count=1',
    'killed by the kernel, for the memory of its cgroup',
    '--memory SIZE, a larger one',
    '--memory 100m',
  ],
  [
    '--security-opt seccomp=$D/killing.json',
    'true',
    'seccomp, which kills for it',
    '--security-opt seccomp=FILE, a profile with {"names": ["execve"], "action": "SCMP_ACT_ALLOW"}',
    '--security-opt seccomp=builtin',
  ],
  [
    `--security-opt ${OPEN} -v $D/open:/v:ro`,
    'unshare -U -r -m mount -o remount,bind,rw /v',
    'a locked mount',
    '-v SOURCE:/v:rw',
    `--security-opt ${OPEN} -v $D/open:/v:rw`,
  ],
];

describe('tslab why', () => {
  beforeEach((test) => needs(test, 'tracepoints of capabilities'));

  it.each(CASES)('%s: `%s` is refused by %s; with %s it goes well', (options, script, by, remedy, changed) => {
    const verdict = json(ofScript(options, script)).verdicts.at(-1);
    expect(verdict).toMatchObject({ by });
    expect(verdict?.remedies).toContain(remedy);
    const words = inWords(changed)
      .filter(Boolean)
      .map((word) => word.replaceAll('_', ' '));
    const fixed = changed.includes('rwm') ? words : inWords(changed).filter(Boolean);
    const { status, stderr } = tslab(['run', '--rm', '--network', 'none', ...fixed, 'busybox', 'sh', '-c', script]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  it.each([
    ['', 'sleep 9 & kill -9 $!; wait $!', { layer: 'signal', call: 'SIGKILL' }],
    [`--security-opt ${OPEN}`, 'unshare -U -r -m umount /proc/sys', { layer: 'locked mount', errno: 'EINVAL' }],
    ['', 'touch /sys/firmware/x', { layer: 'read-only path', by: 'the mask on /sys/firmware' }],
  ])('%s: `%s` comes to %j', (options, script, verdict) =>
    expect(json(ofScript(options, script)).verdicts.at(-1)).toMatchObject(verdict),
  );

  it('says in a line that a run was killed, and for what', () => {
    const { stdout } = tslab([
      'why',
      ...ofScript('--network none --memory 16m', 'dd if=/dev/zero of=/dev/null bs=40M count=1'),
    ]);
    expect(stdout.split('\n')[0]).toBe('SIGKILL: killed by the kernel, for the memory of its cgroup');
  });

  it('blames nobody for a fork that goes well in the end, an interrupted call, or umount of what is no mount', () => {
    expect(json(ofScript('', 'sleep 0.1 & sleep 0.2; wait')).verdicts).toEqual([]);
    expect(json(ofScript(`--security-opt ${OPEN} --cap-add SYS_ADMIN`, 'umount /etc')).verdicts).toEqual([]);
  });

  it('does not let a call through that would change the machine, such as to set its clock', (test) => {
    needs(test, 'an x86-64 machine');
    const settime = (...options: string[]) =>
      json([...options, '-v', `${directory}/settime:/settime`, 'busybox', '/settime']);
    const lacks = settime('--security-opt', OPEN);
    expect(lacks.verdicts.at(-1)).toMatchObject({ by: 'the lack of CAP_SYS_TIME', remedies: ['--cap-add SYS_TIME'] });
    const may = settime('--cap-add', 'SYS_TIME');
    expect(may).toMatchObject({
      exitCode: 1,
      verdicts: [{ layer: 'why', errno: 'EPERM', call: 'settimeofday(…, …)' }],
    });
    const inOther = settime('--cap-add', 'SYS_TIME', '--userns', 'auto');
    expect(inOther.verdicts.at(-1)).toMatchObject({ layer: 'user namespace' });
  });
});

describe('tslab why without root', () => {
  beforeEach((test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
  });

  const asUser = (...words: string[]) => {
    chownSync(`${directory}/state`, ORDINARY_USER.uid ?? 0, ORDINARY_USER.gid ?? 0);
    const env = { ...bareEnvironment(), TSLAB_STATE: `${directory}/state` };
    return spawnSync(process.execPath, [TSLAB, ...words], { ...ORDINARY_USER, env, encoding: 'utf8' });
  };

  it.each([
    ['--read-only', 'touch /root/x', [['read-only']]],
    ['', 'mount -t tmpfs x /mnt', [['seccomp', 'capabilities']]],
    ['--cap-drop CHOWN', 'chown 0:0 /etc/passwd && chroot / true', []],
  ])('takes layers away: %s `%s`: %j', (options, script, without) => {
    const { stdout, stderr } = asUser('why', '--json', '--network', 'none', ...ofScript(options, script));
    expect(stderr).toMatch(/run several times instead/);
    expect(JSON.parse(stdout)).toMatchObject({ method: 'ablation', without });
  });

  it('keeps the machine as it is also where root has no tracer: the clock stays, without any layer', (test) => {
    needs(test, 'an x86-64 machine');
    const words = [
      'why',
      '--json',
      '--network',
      'none',
      '-v',
      `${directory}/settime:/settime:ro`,
      'busybox',
      '/settime',
    ];
    const command = ['--pid', '--fork', '--mount-proc', process.execPath, TSLAB, ...words];
    const { stdout } = spawnSync('unshare', command, { encoding: 'utf8', env: bareEnvironment() });
    expect(JSON.parse(stdout)).toMatchObject({ method: 'ablation', goesWell: false, without: [] });
  });
});
