import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.js';
import { output, useOwnState } from '../runtime-info/containers.js';
import { bareEnvironment, TSLAB, tslab } from '../tslab.js';

useOwnState();

describe('tslab why', () => {
  beforeEach((test) => needs(test, 'tracepoints of capabilities'));

  it('says in its first line who refused what, then why, and what would let it through', () => {
    const { stdout, status } = tslab(['why', '--read-only', 'busybox', 'touch', '/root/x']);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^openat?\(.*"\/root\/x", .*\) = EROFS: refused by the read-only root$/),
      '  / is mounted read-only (overlay)',
      '',
      'what would let it through:',
      '  leave --read-only out',
      '  --tmpfs /root',
      '',
    ]);
    expect(status).toBe(1);
  });

  it.each([
    [['-v', '/etc:/v:ro'], 'touch /v/x', 'read-only mount'],
    [[], 'echo x > /proc/sys/kernel/domainname', 'read-only path'],
    [['--tmpfs', '/t'], 'cp /bin/busybox /t/b; /t/b true', 'mount flags'],
    [['-u', '1000'], 'touch /etc/x', 'permissions'],
    [['-u', '1000'], 'ping -c 1 127.0.0.1', 'capability'],
    [[], 'mknod /x b 7 0; cat /x', 'devices'],
    [['--userns', 'auto'], 'mknod /x c 1 3', 'user namespace'],
    [['--init', '--read-only'], 'touch /x', 'read-only mount'],
    [[], 'unshare -u true', 'seccomp'],
    [[], 'mount -t tmpfs none /mnt', 'seccomp'],
    [['--security-opt', 'seccomp=unconfined'], 'mount -t tmpfs none /mnt', 'capability'],
    [['--cap-drop', 'CHOWN'], 'chown 1 /etc/passwd', 'capability'],
    [['--cap-drop', 'NET_RAW'], 'ping -c 1 127.0.0.1', 'capability'],
  ])('tells by --json: %j %s', (flags, script, layer) => {
    const { stdout } = tslab(['why', '--json', ...flags, 'busybox', 'sh', '-c', script]);
    expect(JSON.parse(stdout).verdicts.at(-1)).toMatchObject({ layer });
  });

  it('names the rule that a device would take', () => {
    const { stdout } = tslab(['why', 'busybox', 'sh', '-c', 'mknod /x c 1 1; cat /x']);
    expect(stdout).toMatch(/refused by the rules for devices\n(.*\n)* {2}--device-cgroup-rule 'c 1:1 rwm'\n/);
  });

  it('says so where nothing was refused, shows what the program prints, and leaves no container', () => {
    const { stdout, status } = tslab(['why', 'busybox', 'sh', '-c', 'echo hello; cat /nothing; exit 7']);
    expect({ stdout, status }).toEqual({ stdout: 'hello\nnothing was refused: the program ended with 7\n', status: 7 });
    expect(output('ps', '-aq')).toBe('');
  });

  it('has a verdict in Chinese', () => {
    const { stdout } = tslab(['why', '--read-only', 'busybox', 'touch', '/x'], { TSLAB_LANG: 'zh' });
    expect(stdout).toMatch(/ = EROFS: 被只读的根拒绝\n {2}\/ 以只读方式挂载（overlay）\n\n怎样才能放行：\n/);
  });
});

describe('tslab why where the kernel does not tell', () => {
  beforeEach((test) => needs(test, 'root'));

  /** The tracer knows processes by the pids of the first pid namespace. */
  const elsewhere = (...words: string[]) => {
    const command = ['--pid', '--fork', '--mount-proc', process.execPath, TSLAB, ...words];
    return spawnSync('unshare', command, { encoding: 'utf8', env: bareEnvironment() });
  };

  it.each([
    [['--read-only'], 'touch /root/x', 'read-only'],
    [[], 'echo x > /proc/sys/kernel/domainname', 'mask'],
    [['-u', '1000'], 'touch /etc/x', 'user'],
  ])('takes layers away, one by one: %j %s', (flags, script, layer) => {
    const words = ['why', '--json', '--network', 'none', ...flags, 'busybox', 'sh', '-c', script];
    const { stdout, stderr } = elsewhere(...words);
    expect(stderr).toMatch(/in a pid namespace.*run several times instead/);
    expect(JSON.parse(stdout)).toMatchObject({ method: 'ablation', goesWell: false, without: [[layer]] });
  });

  it('takes two away together, says in words what it found, and leaves no container', () => {
    const words = ['why', '--network', 'none', '-u', '1000', '--read-only', 'busybox', 'touch', '/root/x'];
    const { stdout, status } = elsewhere(...words);
    expect(stdout).toBe('it goes well without read-only and user\n  leave --read-only out\n  -u root\n');
    expect(status).toBe(1);
    expect(output('ps', '-aq')).toBe('');
  });

  it('blames nobody for a program that fails by itself, or goes well', () => {
    expect(elsewhere('why', '--network', 'none', 'busybox', 'false').stdout).toMatch(/no layer stands in its way/);
    expect(elsewhere('why', '--network', 'none', 'busybox', 'true').stdout).toMatch(/nothing stands in its way/);
  });

  it('is refused where each run would write to a volume', () => {
    const { status, stderr } = elsewhere('why', '-v', '/tmp:/v', 'busybox', 'touch', '/v/x');
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/-v SOURCE:\/v:ro/) });
  });
});

describe('tslab run --show-refused', () => {
  it('says that nothing can be shown without a filter', () => {
    const { status, stderr } = tslab([
      'run',
      '--rm',
      '--show-refused',
      '--security-opt',
      'seccomp=unconfined',
      'busybox',
      'true',
    ]);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/no seccomp filter/) });
  });

  it('tells of a refused call at that moment', () => {
    const { stderr } = tslab(['run', '--rm', '--show-refused', 'busybox', 'unshare', '-u', 'true']);
    expect(stderr).toMatch(/unshare \(1\): unshare\(0x4000000\) = EPERM: refused by seccomp/);
  });

  it('is not there with -d', () => {
    const { status, stderr } = tslab(['run', '-d', '--show-refused', 'busybox', 'true']);
    expect({ status, stderr }).toMatchObject({ status: 125, stderr: expect.stringMatching(/Leave -d out/) });
  });
});
