import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Container } from '../../../src/container/store/store.js';
import { shell, tslab } from '../tslab.js';
import { output, runDetached, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

const field = (template: string, name = 'box') => output('inspect', '-f', template, name).slice(0, -1);
const inside = (script: string) => output('exec', 'box', 'sh', '-c', script).trimEnd();

describe.skipIf(!isRoot)('what tslab inspect says of a container (skipped without root: it makes cgroups)', () => {
  let box: Container;
  beforeAll(() => {
    const flags = ['-m', '64m', '--cpus', '0.5', '-v', 'data:/data:ro', '--tmpfs', '/t:size=1m', '--entrypoint', 'sh'];
    output('run', '-d', '--name', 'box', ...flags, 'busybox', '-c', 'echo x > /written; exec sleep 1000');
    box = runDetached('ended', 'exit 3');
    output('wait', 'ended');
  });

  it('is what the kernel says of its process and its namespaces', () => {
    const pid = field('{{.State.Pid}}');
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(field('{{.Id}}'));
    expect(readlinkSync(field('{{.NetworkSettings.SandboxKey}}'))).toBe(readlinkSync(`/proc/${pid}/ns/net`));
    const isOwn = readlinkSync(`/proc/${pid}/ns/cgroup`) !== readlinkSync('/proc/self/ns/cgroup');
    expect(field('{{.HostConfig.CgroupnsMode}}')).toBe(isOwn ? 'private' : 'host');
    expect(field('{{.Config.Hostname}}')).toBe(inside('hostname'));
    expect(Math.abs(Date.parse(field('{{.State.StartedAt}}')) - startOf(pid))).toBeLessThan(2000);
  });

  it('is what the kernel says of its limits and its mounts', () => {
    const [memory, cpu] = inside(
      'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max; cat cpu/cpu.cfs_quota_us cpu.max; true',
    ).split('\n');
    expect(field('{{.HostConfig.Memory}}')).toBe(memory);
    expect(Number(field('{{.HostConfig.NanoCpus}}')) / 1e9).toBe(Number.parseInt(cpu as string, 10) / 100_000);
    expect(inside('df -k /dev/shm | tail -1')).toMatch(
      new RegExp(` ${Number(field('{{.HostConfig.ShmSize}}')) / 1024} `),
    );
    const mounts = field('{{range .Mounts}}{{.Destination}} {{if .RW}}rw{{else}}ro{{end}},{{end}}')
      .split(',')
      .slice(0, -1);
    expect(mounts).toHaveLength(2);
    for (const mount of mounts) expect(inside('cat /proc/self/mountinfo')).toContain(` ${mount},`);
    expect(inside('cat /proc/self/mountinfo')).toContain(`upperdir=${field('{{.GraphDriver.Data.UpperDir}}')}`);
  });

  it('is what stands in its files', () => {
    expect(readFileSync(field('{{.HostsPath}}'), 'utf8').trimEnd()).toBe(inside('cat /etc/hosts'));
    expect(readFileSync(field('{{.HostnamePath}}'), 'utf8').trimEnd()).toBe(inside('cat /etc/hostname'));
    const written = join(field('{{.GraphDriver.Data.UpperDir}}'), 'written');
    expect(readFileSync(written, 'utf8')).toBe('x\n');
  });

  it('is a frozen program after pause, and a status after the end', () => {
    expect(field('{{.State.ExitCode}} {{.State.Running}} {{.State.Pid}}', 'ended')).toBe('3 false 0');
    output('pause', 'box');
    onTestFinished(() => void output('unpause', 'box'));
    const [running, paused, pid] = field('{{.State.Running}} {{.State.Paused}} {{.State.Pid}}').split(' ');
    expect([running, paused]).toEqual(['true', 'true']);
    expect(
      shell(`grep -hs . /sys/fs/cgroup/freezer$(sed -n 's/.*:freezer://p' /proc/${pid}/cgroup)/freezer.state \
      /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/${pid}/cgroup)/cgroup.freeze`).stdout,
    ).toMatch(/^(FROZEN|1)$/m);
  });

  it('has the program as it was asked for, and with -s the bytes of its files', () => {
    expect(field('{{.Config.Entrypoint}} {{.Config.Cmd}} {{.Path}} {{.Args}}')).toBe(
      '[sh] [-c echo x > /written; exec sleep 1000] sh [-c echo x > /written; exec sleep 1000]',
    );
    const sizes = '{{.SizeRw}} {{.SizeRootFs}}';
    expect(field(sizes)).toBe('<nil> <nil>');
    const [written, all] = output('container', 'inspect', '-s', '-f', sizes, 'box').split(' ').map(Number) as [
      number,
      number,
    ];
    expect(written).toBe(bytesIn(field('{{.GraphDriver.Data.UpperDir}}')));
    expect(all).toBeGreaterThan(written);
  });

  it('is of volumes, too, and of those objects alone that --type names', () => {
    expect(field('{{.Mountpoint}}', 'data')).toBe(join(state(), 'volumes/data/_data'));
    expect(field('{{.Id}}', box.config.id.slice(0, 12))).toBe(box.config.id);
    expect(tslab(['inspect', '--type', 'volume', 'box'])).toMatchObject({
      status: 1,
      stdout: '[]\n',
      stderr: expect.stringContaining('No such volume: box'),
    });
    expect(tslab(['container', 'inspect', 'data'])).toMatchObject({ status: 1, stdout: '[]\n' });
    expect(tslab(['inspect', '--type', 'pod', 'box'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('unknown type: "pod"'),
    });
  });

  it('goes on where one is not there, and is nothing where the template cannot be read', () => {
    expect(tslab(['inspect', '-f', '{{.Name}}', 'nobody', 'box'])).toMatchObject({
      status: 1,
      stdout: '/box\n',
      stderr: expect.stringMatching(/^Error: No such object: nobody\n/),
    });
    expect(tslab(['inspect', '-f', '{{.Nope}}', 'box', 'ended']).stderr.match(/no entry for key "Nope"/g)).toHaveLength(
      2,
    );
    expect(tslab(['inspect', '-f', '{{.Name', 'box'])).toMatchObject({
      status: 64,
      stdout: '',
      stderr: 'Error: template parsing error: template: :1: unclosed action\n',
    });
    expect(tslab(['ps', '--format', '{{.Names'])).toMatchObject({ status: 1, stdout: '' });
  });
});

/** Milliseconds, as the kernel counts it: boot time and clock ticks (proc(5)). */
function startOf(pid: string): number {
  const ticks = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]);
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  return (boot + ticks / 100) * 1000;
}

function bytesIn(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
