import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../src/procfs/mountinfo.js';
import { answering, ask, useWorld } from '../network/world.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
useWorld();
removeBehindEach();

const BASE = 300_000;
const OURS = ['--userns', `${BASE}:${BASE}:65536`];
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-userns-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What a shell script prints in a container that ends with it. */
function inside(script: string, ...flags: string[]): string {
  return output('run', '--rm', '--network', 'none', ...flags, 'busybox', 'sh', '-c', script).trim();
}

/** The same in one that runs. */
function exec(name: string, script: string, ...flags: string[]): string {
  return output('exec', ...flags, name, 'sh', '-c', script).trim();
}

function ownerOf(path: string): string {
  const { uid, gid } = lstatSync(path);
  return `${uid}:${gid}`;
}

function upperOf(id: string, path: string): string {
  return join(state(), 'containers', id, 'upper', path);
}

describe.skipIf(!isRoot)('a container with --userns UID:GID:SIZE (skipped without root)', () => {
  it('is root of the host nowhere, and root inside', () => {
    const { state: now } = runDetached('box', 'exec sleep 1000', [...OURS, '--cap-add', 'SYS_ADMIN']);
    const status = readFileSync(`/proc/${now.init.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\t${BASE}\t${BASE}\t${BASE}\t${BASE}$`, 'm'));
    expect(readFileSync(`/proc/${now.init.pid}/uid_map`, 'utf8').trim().split(/\s+/)).toEqual([
      '0',
      `${BASE}`,
      '65536',
    ]);
    expect(readlinkSync(`/proc/${now.init.pid}/ns/user`)).not.toBe(readlinkSync('/proc/self/ns/user'));
    expect(exec('box', 'id -u; hostname x && hostname; mount -t tmpfs t /mnt && echo mounted')).toBe('0\nx\nmounted');
    expect(exec('box', 'mknod /n b 7 0 2>&1 || true')).toContain('not permitted');
    expect(output('inspect', '-f', '{{.HostConfig.UsernsMode}}', 'box')).toBe(`${BASE}:${BASE}:65536\n`);
  });

  it('has its own ids on the disk, and an overlay that can be written', () => {
    const { config, state: now } = runDetached(
      'box',
      'echo x > /file; touch /of-user; chown 1000:1001 /of-user; exec sleep 1000',
      OURS,
    );
    exec('box', 'until [ -e /of-user ] && [ "$(stat -c %u /of-user)" = 1000 ]; do sleep 0.1; done');
    expect([ownerOf(upperOf(config.id, 'file')), ownerOf(upperOf(config.id, 'of-user'))]).toEqual(['0:0', '1000:1001']);
    expect(ownerOf(`/proc/${now.init.pid}/root/of-user`)).toBe(`${BASE + 1000}:${BASE + 1001}`);
    const root = parseMountinfo(readFileSync(`/proc/${now.init.pid}/mountinfo`, 'utf8')).find(
      ({ mountPoint }) => mountPoint === '/',
    );
    expect(root).toMatchObject({ fstype: 'overlay', superOptions: expect.arrayContaining(['rw']) });
    expect(exec('box', 'stat -c "%u %g" / /etc/passwd /etc/hosts /of-user')).toBe('0 0\n0 0\n0 0\n1000 1001');
    expect(output('diff', 'box')).toMatch(/A \/of-user/);
  });

  it('becomes any user of the map, with groups, and no other', () => {
    expect(inside('id', ...OURS, '-u', '33:44', '--group-add', '55')).toBe('uid=33 gid=44 groups=44,55');
    const { status, stderr } = tslab(['run', '--rm', '--userns', 'auto:size=100', '-u', '200', 'busybox', 'true']);
    expect([status, stderr]).toEqual([125, expect.stringContaining('has no user 200: it has 100 ids, from 0 on')]);
  });

  it('is entered by exec as root, and as others, with a terminal that belongs to them', async () => {
    runDetached('box', 'exec sleep 1000', OURS);
    expect(exec('box', 'id; grep CapEff /proc/self/status')).toBe(
      `uid=0(root) gid=0(root) groups=0(root)\n${exec('box', 'grep CapEff /proc/1/status')}`,
    );
    expect(exec('box', 'id -u; id -G; touch /tmp/mine; stat -c %u /tmp/mine', '-u', '1000:7')).toBe('1000\n7\n1000');
    const { ended } = atTerminal(`exec -it -u 1000 box sh -c 'stat -c %u $(tty); echo to-tty > /dev/tty'`);
    expect((await ended).stdout).toMatch(/^1000\r\nto-tty/);
  });

  it('has a terminal of its own with -it, for another user as well, and logs', async () => {
    const words = `run -it --rm --network none --userns auto -u 33 busybox sh -c 'tty; id -u; echo x > $(tty)'`;
    expect((await atTerminal(words).ended).stdout).toBe('/dev/pts/0\r\n33\r\nx\r\n');
    runDetached('box', 'echo told; echo also > /dev/stderr; exec sleep 1000', [...OURS, '-u', '33']);
    await until(() => tslab(['logs', 'box']).stdout.includes('told'));
    const { stdout, stderr } = tslab(['logs', 'box']);
    expect([stdout, stderr]).toEqual(['told\n', 'also\n']);
  });

  it('sees files of the host as nobody’s, and with idmap with the ids that they have', () => {
    const volume = join(directory, 'volume');
    mkdirSync(volume);
    writeFileSync(join(volume, 'page'), 'text');
    chownSync(join(volume, 'page'), 1000, 1001);
    const mounts = ['-v', `${volume}:/plain`, '-v', `${volume}:/mapped:idmap`];
    const third = ['--mount', `type=bind,src=${volume},dst=/third,idmap`];
    const script = 'stat -c "%u %g" /plain/page /mapped/page /third/page; touch /mapped/new; touch /plain/no';
    const { stdout } = tslab(['run', '--rm', ...OURS, ...mounts, ...third, 'busybox', 'sh', '-c', script]);
    expect(stdout).toBe('65534 65534\n1000 1001\n1000 1001\n');
    expect(ownerOf(join(volume, 'new'))).toBe('0:0');
    expect(() => lstatSync(join(volume, 'no'))).toThrow('ENOENT');
    rmSync(volume, { recursive: true });
  });

  it('has volumes of tslab’s that it can write, and the next range as well', () => {
    expect(inside('touch /data/a; chown 5 /data/a', ...OURS, '-v', 'kept:/data')).toBe('');
    expect(ownerOf(join(state(), 'volumes/kept/_data/a'))).toBe('5:0');
    expect(inside('stat -c %u /data/a; touch /data/b', '--userns', 'auto', '-v', 'kept:/data')).toBe('5');
    output('volume', 'rm', 'kept');
  });

  it('is copied to and from, running or not, with the ids that it has itself', () => {
    const { config } = runDetached('box', 'touch /mine; chown 1000:1001 /mine; exec sleep 1000', OURS);
    exec('box', 'until [ "$(stat -c %g /mine)" = 1001 ]; do sleep 0.1; done');
    const file = join(directory, 'file');
    writeFileSync(file, 'text');
    chownSync(file, 77, 78);
    const both = () => {
      output('cp', file, 'box:/plain');
      output('cp', '-a', file, 'box:/kept');
      shell(`tar c -C ${directory} --owner=5 --group=6 --numeric-owner file | tslab cp - box:/tmp`);
      output('cp', '-a', 'box:/mine', join(directory, 'mine'));
      expect(ownerOf(join(directory, 'mine'))).toBe('1000:1001');
      output('cp', 'box:/mine', join(directory, 'ours'));
      expect(ownerOf(join(directory, 'ours'))).toBe('0:0');
      expect(shell('tslab cp box:/mine - | tar tvn').stdout).toMatch(/ 1000\/1001 /);
      expect(shell('tslab export box | tar tvn mine').stdout).toMatch(/ 1000\/1001 /);
      for (const [path, owner] of Object.entries({ plain: '0:0', kept: '77:78', 'tmp/file': '5:6' }))
        expect(ownerOf(upperOf(config.id, path))).toBe(owner);
    };
    both();
    output('exec', 'box', 'rm', '/plain', '/kept', '/tmp/file');
    output('stop', '-t', '0', 'box');
    both();
  });

  it('is restarted, paused, limited, and leaves no process, mount or cgroup', async () => {
    runDetached('box', 'echo x >> /count; exec sleep 1000', [...OURS, '--memory', '64m', '--pids-limit', '10']);
    output('restart', '-t', '0', 'box');
    expect(exec('box', 'until [ -s /count ]; do sleep 0.1; done; cat /count')).toBe('x\nx');
    output('pause', 'box');
    output('unpause', 'box');
    expect(output('stats', '--no-stream', '--format', '{{.MemUsage}}', 'box')).toContain('64MiB');
    const cgroups = () => readFileSync('/proc/self/mountinfo', 'utf8');
    const before = cgroups();
    output('rm', '-f', 'box');
    expect(cgroups()).toBe(before);
    expect(tslab(['cleanup', '--dry-run']).stdout).not.toContain('cgroup');
  });

  it('is in a network: lo and eth0 are up, and a port leads to it', async () => {
    const flags = [...OURS, '--network', 'bridge', '--cap-add', 'NET_ADMIN', '-p', '127.0.0.1:18080:80'];
    const { state: now } = runDetached('box', 'exec sleep 1000', flags);
    expect(exec('box', 'ip link set lo down && ip link set lo up; ip -o link')).toMatch(/lo: .*,UP[\s\S]*eth0@.*,UP/);
    const end = await answering(now.init.pid, 80);
    expect(await ask(undefined, '127.0.0.1', 18_080)).toMatch(/^you are 172\./);
    end();
  });

  it('is told by --dry-run', () => {
    const { stdout } = tslab(['run', '--dry-run', ...OURS, 'busybox', 'true']);
    expect(stdout).toContain(`write "0 ${BASE} 65536\\n" to /proc/PID/uid_map`);
    expect(stdout).toMatch(
      /# user-namespace \(lab 09-users\)[\s\S]*# overlay \(lab 09-users\)[\s\S]*# attach-root \(lab 09-users\)/,
    );
  });
});

describe.skipIf(!isRoot)('--userns (skipped without root)', () => {
  it('is refused with what makes no sense beside it', () => {
    const refused = (...flags: string[]) => tslab(['run', '--rm', '--userns', 'auto', ...flags, 'busybox', 'true']);
    expect(refused('--network', 'host')).toMatchObject({
      status: 125,
      stderr: expect.stringContaining("cannot share the host's network namespace when user namespaces are enabled"),
    });
    expect(refused('--pid', 'host').stderr).toContain('cannot share the host PID namespace');
    expect(tslab(['run', '--userns', 'x', 'busybox', 'true']).stderr).toContain('--userns: invalid USER mode');
  });

  it('auto gives each container a range of its own, for as long as it is there', () => {
    const rangeOf = (name: string) => exec(name, 'tr -s " " < /proc/self/uid_map');
    runDetached('one', 'exec sleep 1000', ['--userns', 'auto']);
    runDetached('two', 'exec sleep 1000', ['--userns', 'auto']);
    const [first, second] = [rangeOf('one'), rangeOf('two')];
    expect(first).not.toBe(second);
    output('restart', '-t', '0', 'one');
    expect(rangeOf('one')).toBe(first);
    output('rm', '-f', 'one');
    runDetached('three', 'exec sleep 1000', ['--userns', 'auto']);
    expect(rangeOf('three')).toBe(first);
  });
});
