import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const has = (name: string) => (ownCapabilities().permitted >> BigInt(CAPABILITIES.indexOf(name))) & 1n;
const run = (flags: readonly string[], script: string) =>
  tslab(['run', '--rm', ...flags, 'busybox', 'sh', '-c', script]);
const LIMITS = 'ulimit -Sn; ulimit -Hn; ulimit -c';

describe.skipIf(!isRoot)('--ulimit (skipped without root)', () => {
  it.each([[[]], [['--init']], [['-u', '1000']]])('limits the program, also with %j', (flags) => {
    const { stdout, stderr } = run(['--ulimit', 'nofile=20:30', '--ulimit', 'core=0', ...flags], LIMITS);
    expect({ stdout, stderr }).toEqual({ stdout: '20\n30\n0\n', stderr: '' });
  });

  it('limits what exec adds as well, and nobody outside', () => {
    const own = () => readFileSync('/proc/self/limits', 'utf8');
    const before = own();
    runDetached('limited', 'exec sleep 1000', ['--ulimit', 'nofile=20:30']);
    expect(output('exec', 'limited', 'sh', '-c', 'ulimit -Sn; ulimit -Hn')).toBe('20\n30\n');
    const [{ HostConfig }] = JSON.parse(output('inspect', 'limited'));
    expect(HostConfig.Ulimits).toEqual([{ Name: 'nofile', Hard: 30, Soft: 20 }]);
    expect(own()).toBe(before);
  });

  it('above one’s own takes CAP_SYS_RESOURCE, and is refused without it', () => {
    const own = Number(/^Max pending signals\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    const { status, stdout, stderr } = run(['--ulimit', `sigpending=1:${own + 1}`], 'grep pending /proc/self/limits');
    if (has('CAP_SYS_RESOURCE')) return expect([status, stdout]).toEqual([0, expect.stringContaining(` ${own + 1} `)]);
    expect([status, stderr]).toEqual([
      125,
      expect.stringMatching(/^tslab: error setting rlimit: .*_SIGPENDING.*EPERM/),
    ]);
    expect(stderr).toContain('takes CAP_SYS_RESOURCE in the first user namespace, which this tslab lacks');
  });

  it('is refused where it is none', () => {
    expect(run(['--ulimit', 'nofiles=3'], 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('invalid ulimit type: nofiles\nDid you mean nofile?'),
    });
  });
});

describe.skipIf(!isRoot)('--sysctl (skipped without root)', () => {
  const own = (name: string) => readFileSync(`/proc/sys/${name}`, 'utf8');

  it('sets what the container has for itself, before /proc/sys is read-only, and nothing of the host’s', () => {
    const names = ['net/ipv4/ip_forward', 'kernel/shmmax', 'fs/mqueue/msg_max'];
    const before = names.map(own);
    const flags = ['net.ipv4.ip_forward=1', 'kernel.shmmax=12345', 'fs.mqueue.msg_max=9'].flatMap((one) => [
      '--sysctl',
      one,
    ]);
    const { stdout } = run(
      flags,
      `cd /proc/sys; cat ${names.join(' ')}; echo 0 > net/ipv4/ip_forward || echo read-only`,
    );
    expect(stdout).toBe('1\n12345\n9\nread-only\n');
    expect(names.map(own)).toEqual(before);
  });

  it('lets every user listen at port 80, and ping, in a network of its own', () => {
    const listen =
      'nc -l -p 80 & until cat /proc/net/tcp* | grep ":0050 .* 0A " > /dev/null; do :; done; kill $!; cat /proc/sys/net/ipv4/ping_group_range';
    expect(run(['-u', '1000', '--network', 'none'], listen).stdout).toBe('0\t2147483647\n');
    const strict = ['--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024'];
    expect(run(['-u', '1000', '--network', 'none', ...strict], 'nc -l -p 80').stderr).toMatch(/Permission denied/);
  });

  it.each([
    [['--sysctl', 'kernel.core_pattern=x'], /sysctl 'kernel.core_pattern=x' is not allowed\nNAME=VALUE/],
    [['--network', 'host', '--sysctl', 'net.ipv4.ip_forward=1'], /not allowed in the host's network namespace/],
    [['--sysctl', 'net.ipv4.nosuch=1'], /--sysctl net.ipv4.nosuch: .*ENOENT/],
    [['--sysctl', 'net.ipv4.ip_forward=x'], /--sysctl net.ipv4.ip_forward: .*EINVAL/],
  ])('%j is refused', (flags, message) => {
    expect(run(flags, 'true')).toMatchObject({ status: 125, stderr: expect.stringMatching(message) });
  });

  it('stands in inspect', () => {
    output('create', '--name', 'set', '--sysctl', 'net.ipv4.ip_forward=1', 'busybox');
    const [{ HostConfig }] = JSON.parse(output('inspect', 'set'));
    expect(HostConfig.Sysctls).toEqual({ 'net.ipv4.ip_forward': '1' });
  });
});
