import { readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

describe.skipIf(!isRoot)('what a container knows of names (skipped without root: it makes cgroups)', () => {
  const inside = (script: string, ...flags: string[]) =>
    output('run', '--rm', '--network', 'none', ...flags, 'busybox', 'sh', '-c', script);

  it('is what --dns, --dns-search and --dns-option say', () => {
    const flags = ['--dns', '10.0.0.2', '--dns', 'fd00::2', '--dns-search', 'a.example', '--dns-option', 'ndots:2'];
    expect(inside('cat /etc/resolv.conf', ...flags)).toBe(
      'nameserver 10.0.0.2\nnameserver fd00::2\nsearch a.example\noptions ndots:2\n',
    );
    expect(inside('cat /etc/resolv.conf', '--dns-opt', 'rotate')).toBe('options rotate\n');
  });

  it('is what --add-host says', () => {
    expect(inside('grep -w db /etc/hosts', '--add-host', 'db:10.0.0.9')).toBe('10.0.0.9\tdb\n');
    const flags = ['--network', 'host', '--add-host', 'up:host-gateway'];
    expect(output('run', '--rm', ...flags, 'busybox', 'grep', '-w', 'up', '/etc/hosts')).toBe('127.0.0.1\tup\n');
  });

  it('is shown by inspect', () => {
    output('create', '--name', 'box', '--dns', '10.0.0.2', '--dns-search', '.', '--add-host', 'db:10.0.0.9', 'busybox');
    const format = '{{.HostConfig.Dns}} {{.HostConfig.DnsSearch}} {{.HostConfig.ExtraHosts}}';
    expect(output('inspect', '-f', format, 'box')).toBe('[10.0.0.2] [.] [db:10.0.0.9]\n');
  });
});

describe.skipIf(!isRoot)('a network namespace (skipped without root: it makes cgroups)', () => {
  const netOf = (pid: number) => readlinkSync(`/proc/${pid}/ns/net`);

  it('has a lo that is up', () => {
    expect(output('run', '--rm', '--network', 'none', 'busybox', 'ping', '-c1', '-W3', '127.0.0.1')).toMatch(
      /1 packets received/,
    );
    const skipped = tslab([
      'run',
      '--rm',
      '--network',
      'none',
      '--skip',
      'network',
      'busybox',
      'cat',
      '/sys/class/net/lo/operstate',
    ]);
    expect(skipped.stdout).toBe('down\n');
  });

  it('can be another container’s, with its host name and its /etc/hosts', () => {
    const first = runDetached('first', 'sleep 1000', [
      '--network',
      'none',
      '--hostname',
      'one',
      '--add-host',
      'db:10.0.0.9',
    ]);
    const second = runDetached('second', 'sleep 1000', ['--net', 'container:first']);
    expect(netOf(second.state.init.pid)).toBe(netOf(first.state.init.pid));
    expect(output('exec', 'second', 'sh', '-c', 'hostname; grep -c db /etc/hosts; readlink /proc/self/ns/net')).toBe(
      `one\n1\n${netOf(first.state.init.pid)}\n`,
    );
    const format = '{{.HostConfig.NetworkMode}} {{len .NetworkSettings.Networks}}';
    expect(output('inspect', '-f', format, 'second')).toBe(`container:${first.config.id} 0\n`);
    expect(output('ps', '--format', '{{.Names}} {{.Networks}}')).toBe('second \nfirst none\n');
    output('restart', '-t', '0', 'second');
    expect(output('exec', 'second', 'readlink', '/proc/self/ns/net').trim()).toBe(netOf(first.state.init.pid));
  });

  it('outlives the container that made it, as long as another uses it', () => {
    runDetached('first', 'sleep 1000', ['--network', 'none']);
    const { pid } = runDetached('second', 'sleep 1000', ['--network', 'container:first']).state.init;
    const net = netOf(pid);
    output('rm', '-f', 'first');
    expect(netOf(pid)).toBe(net);
    expect(output('exec', 'second', 'cat', '/etc/hosts')).toMatch(/localhost/);
    output('stop', '-t', '0', 'second');
    const again = tslab(['start', 'second']);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringMatching(/No such container: [0-9a-f]{64}/) });
  });

  it.each([
    [['container:nobody'], /No such container: nobody/],
    [['container:stopped'], /cannot join network of a non running container: [0-9a-f]{64}/],
    [['container:stopped', '--hostname', 'box'], /conflicting options: hostname and the network mode/],
    [['container:stopped', '--dns', '10.0.0.2'], /conflicting options: dns and the network mode/],
    [['container:stopped', '--add-host', 'a:10.0.0.2'], /conflicting options: custom host-to-IP mapping/],
    [['none', '--network', 'host'], /cannot attach both user-defined and non-user-defined/],
    [['host', '--network', 'host'], /network "host" is specified multiple times/],
  ])('is refused: --network %j', (words, reason) => {
    output('create', '--name', 'stopped', 'busybox');
    const refused = tslab(['run', '--rm', '--network', ...words, 'busybox', 'true']);
    expect(refused).toMatchObject({ status: 125, stdout: '', stderr: expect.stringMatching(reason) });
  });

  it('is in the plan by its path, and joined first', () => {
    const { pid } = runDetached('first', 'sleep 1000', ['--network', 'none']).state.init;
    const plan = output('run', '--dry-run', '--network', 'container:first', 'busybox');
    expect(plan).toContain(`"path": "/proc/${pid}/ns/net"`);
    expect(plan).toMatch(/# join-namespaces \(lab 05-exec\)\nopenat\(.*ns\/net.*\n+setns\(.*CLONE_NEWNET\)/);
    expect(plan).not.toMatch(/clone\(.*CLONE_NEWNET/);
  });
});
