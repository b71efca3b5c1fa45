import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { atTerminal, jsonLines, shell, tslab } from '../tslab.js';
import { output, runDetached, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
afterEach(() => {
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-fv', ...all);
});

describe('tslab version', () => {
  it('has the two parts of docker’s, and says that one program is both', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(output('version')).toContain(`Client: tslab\n Version:         ${version}\n`);
    expect(output('version')).toContain(`\n Kernel version:  ${release()}\n`);
    expect(output('version', '--format', '{{.Client.Version}} {{.Server.Version}}')).toBe(`${version} ${version}\n`);
    expect(output('version', '-f', 'json')).toContain(`"NodeVersion":"${process.versions.node}"`);
    expect(output('--version')).toBe(`${version}\n`);
  });
});

describe('tslab info', () => {
  it('tells the machine as the kernel does', () => {
    const [info = {}] = jsonLines(output('info', '--format', 'json'));
    const kilobytes = Number(/^MemTotal: +(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    expect(info).toMatchObject({ KernelVersion: release(), MemTotal: kilobytes * 1024, DockerRootDir: state() });
    expect(output('info')).toContain(`\nKernel Version: ${release()}\n`);
    expect(output('system', 'info', '-f', '{{.OSType}}')).toBe('linux\n');
  });

  it('names the version of cgroups whose files a limit is written to', () => {
    const hasV1 = /^\S+ \S+ cgroup \S*\b(cpu|memory|pids)\b/m.test(readFileSync('/proc/mounts', 'utf8'));
    const hasV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
    expect(output('info', '-f', '{{.CgroupVersion}}')).toBe(`${hasV1 ? '1' : hasV2 ? '2' : ''}\n`);
  });

  it.skipIf(!isRoot)('counts containers (skipped without root)', () => {
    runDetached('runs', 'sleep 1000');
    runDetached('stands', 'sleep 1000');
    output('pause', 'stands');
    output('create', 'busybox');
    expect(output('info')).toMatch(/^Containers: 3\n Running: 1\n Paused: 1\n Stopped: 1\nImages: 1\n/);
  });
});

describe.skipIf(!isRoot)('tslab system df (skipped without root: it runs containers)', () => {
  it('tells what images, containers and volumes take, and what is not in use', () => {
    runDetached(
      'runs',
      'dd if=/dev/zero of=/big bs=1M count=3; dd if=/dev/zero of=/data/big bs=1M count=2; exec sleep 1000',
      [...['-v', 'data:/data']],
    );
    output('volume', 'create', 'idle');
    output('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'elsewhere');
    output('run', '--name', 'over', 'busybox', 'dd', 'if=/dev/zero', 'of=/x', 'bs=1M', 'count=1');
    const [images, containers, volumes] = output(
      'system',
      'df',
      '--format',
      '{{.Type}}|{{.TotalCount}}|{{.Active}}|{{.Size}}|{{.Reclaimable}}',
    ).split('\n');
    expect(images).toMatch(/^Images\|1\|1\|[\d.]+MB\|0B \(0%\)$/);
    expect(containers).toMatch(/^Containers\|2\|1\|4\.194MB\|1\.049MB \(25%\)$/);
    expect(volumes).toMatch(/^Local Volumes\|2\|1\|2\.097MB\|0B \(0%\)$/);
    expect(output('system', 'df')).toMatch(/^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\nImages +1 /);
    output('rm', '-fv', 'runs', 'over');
    output('volume', 'rm', 'data', 'idle', 'elsewhere');
  });

  it('-v lists each of them', () => {
    runDetached('runs', 'exec sleep 1000', ['-v', 'data:/data']);
    const text = output('system', 'df', '-v');
    expect(text).toMatch(/\nbusybox +latest +<none> +N\/A +([\d.]+MB) +0B +\1 +1\n/);
    expect(text).toMatch(/\n[0-9a-f]{12} +busybox +"sh -c 'exec sleep 1…" +1 .* Up .* runs\n/);
    expect(text).toMatch(/\ndata +1 +0B\n/);
    expect(tslab(['system', 'df', '-v', '--format', 'json'])).toMatchObject({ status: 1, stdout: '' });
    output('rm', '-f', 'runs');
    output('volume', 'rm', 'data');
  });
});

describe.skipIf(!isRoot)('tslab system prune (skipped without root: it runs containers)', () => {
  const rootfs = () => readdirSync(join(state(), 'rootfs')).filter((name) => /^[0-9a-f]{16}$/.test(name));

  it('asks first, and does nothing without a yes', async () => {
    output('create', '--name', 'kept', 'busybox');
    expect(shell('echo n | tslab system prune')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^WARNING! This will remove:\n {2}- all stopped containers\n.*- all networks not .*\n {2}- all dangling images\n\nAre you sure/,
      ),
    });
    const session = atTerminal('system prune -a --volumes');
    await session.seen('[y/N]');
    session.type('\n');
    const { stdout } = await session.ended;
    expect(stdout).toMatch(
      /all stopped containers\r\n.*all networks not .*\r\n.*all anonymous volumes .*\r\n.*all images without .*\r\n.*all build cache/,
    );
    expect(findContainer('kept').state.status).toBe('created');
  });

  it('removes what does not run, and with options what only that needed', () => {
    runDetached('runs', 'exec sleep 1000', ['-v', 'named:/a', '-v', '/b']);
    const { id } = JSON.parse(readFileSync(join(findContainer('runs').directory, 'container.json'), 'utf8'));
    const over = output('create', '-v', '/c', 'busybox').trim();
    expect(shell('echo y | tslab system prune').stdout).toMatch(
      new RegExp(`^Deleted Containers:\n${over}\n\nTotal reclaimed space: `),
    );
    const [kept, mine] = [output('volume', 'ls', '-q').trim().split('\n'), rootfs()];
    expect(kept).toHaveLength(3);
    expect(output('system', 'prune', '-af', '--volumes')).toMatch(/^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal/);
    expect(output('ps', '-q', '--no-trunc')).toBe(`${id}\n`);
    expect(rootfs()).toEqual(mine);
    output('rm', '-fv', 'runs');
    expect(output('system', 'prune', '-af')).toMatch(
      /^Deleted Images:\nuntagged: busybox:latest\n\nTotal reclaimed space: [\d.]+MB\n$/,
    );
    expect(rootfs()).toEqual([]);
    expect(output('run', '--rm', 'busybox', 'echo', 'made again')).toBe('made again\n');
    expect(output('volume', 'ls', '-q')).toBe('named\n');
  });

  it('keeps to a filter, and refuses `until` for volumes', () => {
    const id = output('create', '--name', 'young', 'busybox').trim();
    expect(output('system', 'prune', '-f', '--filter', 'until=1h')).toBe('Total reclaimed space: 0B\n');
    expect(tslab(['system', 'prune', '-f', '--volumes', '--filter', 'until=1h'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/"until" filter is not supported with "--volumes"/),
    });
    expect(findContainer('young').config.id).toBe(id);
    const labelled = output('volume', 'create', '--label', 'tier=test').trim();
    const other = output('volume', 'create', '--label', 'tier=live').trim();
    expect(output('system', 'prune', '-f', '--volumes', '--filter', 'label=tier=test')).toBe(
      `Deleted Volumes:\n${labelled}\n\nTotal reclaimed space: 0B\n`,
    );
    expect(output('volume', 'ls', '-q').split('\n')).toContain(other);
    expect(findContainer('young').config.id).toBe(id);
    output('system', 'prune', '-f', '--volumes', '--filter', 'label!=tier');
    expect(output('volume', 'ls', '-q').split('\n')).toContain(other);
    output('volume', 'rm', other);
  });
});
