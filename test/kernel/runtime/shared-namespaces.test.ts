import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { type Container, writeState } from '../../../src/container/store/store.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { isAlive, listProcesses } from '../../../src/procfs/processes.js';
import { killInit, output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, shell, start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
removeBehindEach();

const STAY = 'exec sleep 1000';
const link = (pid: number | 'self', kind: string) => readlinkSync(`/proc/${pid}/ns/${kind}`);
const pidOf = (container: Container) => container.state.init.pid;
const run = (script: string, ...flags: string[]) => output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);
const mountAt = (place: string, container: Container) =>
  readMountinfo(pidOf(container)).findLast(({ mountPoint }) => mountPoint === place);
/** Of this script, which no other test has. */
const running = (script: string) =>
  shell(`pgrep -xf '${script}' || true`).stdout.split('\n').filter(Boolean).map(Number);

function refused(flags: readonly string[], command = 'run') {
  const { status, stderr } = tslab([command, ...(command === 'run' ? ['--rm'] : []), ...flags, 'busybox', 'true']);
  expect(status).toBe(command === 'run' ? 125 : 1);
  return stderr;
}

describe.skipIf(!isRoot)('--ipc (skipped without root)', () => {
  it('is private unless said otherwise: a namespace, /dev/shm and /dev/mqueue of its own', () => {
    const one = runDetached('one', STAY);
    expect(link(pidOf(one), 'ipc')).not.toBe(link('self', 'ipc'));
    expect(mountAt('/dev/shm', one)?.superOptions).toContain('size=65536k');
    expect(mountAt('/dev/mqueue', one)?.fstype).toBe('mqueue');
  });

  it('host: objects of the host, its /dev/shm and its message queues', () => {
    const one = runDetached('one', STAY, ['--ipc', 'host', '--shm-size', '1m']);
    expect(link(pidOf(one), 'ipc')).toBe(link('self', 'ipc'));
    const ours = readMountinfo().findLast(({ mountPoint }) => mountPoint === '/dev/shm');
    expect(mountAt('/dev/shm', one)?.device).toBe(ours?.device);
    expect(mountAt('/dev/mqueue', one)?.fstype).toBe('mqueue');
    expect(output('exec', 'one', 'readlink', '/proc/self/ns/ipc').trim()).toBe(link('self', 'ipc'));
  });

  it('none: a namespace of its own, without /dev/shm', () => {
    const one = runDetached('one', STAY, ['--ipc', 'none']);
    expect(link(pidOf(one), 'ipc')).not.toBe(link('self', 'ipc'));
    expect(mountAt('/dev/shm', one)).toBeUndefined();
    expect(tslab(['exec', 'one', 'ls', '/dev/shm']).stderr).toMatch(/No such file/);
  });

  it('container: queues, segments, files in /dev/shm and message queues of both are the same', () => {
    const web = runDetached('web', STAY, ['--ipc', 'shareable']);
    shell(`nsenter -i -t ${pidOf(web)} ipcmk -Q; nsenter -i -t ${pidOf(web)} ipcmk -M 4096`);
    output('exec', 'web', 'sh', '-c', 'echo from web > /dev/shm/letter; : > /dev/mqueue/jobs');
    const two = runDetached('two', STAY, ['--ipc', 'container:web']);
    expect(link(pidOf(two), 'ipc')).toBe(link(pidOf(web), 'ipc'));
    expect(link(pidOf(two), 'pid')).not.toBe(link(pidOf(web), 'pid'));
    const script = 'cat /dev/shm/letter; ls /dev/mqueue; cat /proc/sysvipc/msg /proc/sysvipc/shm | wc -l';
    expect(output('exec', 'two', 'sh', '-c', script)).toBe('from web\njobs\n4\n');
    expect(mountAt('/dev/shm', two)?.device).toBe(mountAt('/dev/shm', web)?.device);
    output('exec', 'two', 'rm', '/dev/shm/letter');
    expect(tslab(['exec', 'web', 'ls', '/dev/shm']).stdout).toBe('');
  });

  it('container: goes on with them when the other has ended, and others can join in turn', async () => {
    const web = runDetached('web', 'echo kept > /dev/shm/letter; exec sleep 1000', ['--ipc', 'shareable']);
    const two = runDetached('two', STAY, ['--ipc', 'container:web']);
    await killInit(web);
    const three = runDetached('three', STAY, ['--ipc', 'container:two']);
    expect(link(pidOf(three), 'ipc')).toBe(link(pidOf(two), 'ipc'));
    expect(output('exec', 'three', 'cat', '/dev/shm/letter')).toBe('kept\n');
  });

  it('container: of one with the host’s it is the host’s', () => {
    runDetached('web', STAY, ['--ipc', 'host']);
    expect(run('readlink /proc/self/ns/ipc', '--ipc', 'container:web').trim()).toBe(link('self', 'ipc'));
  });

  it('container: leaves /dev/shm to a volume that is to be there', () => {
    runDetached('web', STAY, ['--ipc', 'shareable']);
    const two = runDetached('two', STAY, ['--ipc', 'container:web', '--tmpfs', '/dev/shm:size=1m']);
    expect(mountAt('/dev/shm', two)?.superOptions).toContain('size=1024k');
  });
});

describe.skipIf(!isRoot)('--pid (skipped without root)', () => {
  it('host: it sees the processes of the host, and its first is not 1', () => {
    const seen = run('echo $$; test -d /proc/1/fdinfo; ls -d /proc/[0-9]*', '--pid', 'host').split('\n');
    expect(seen).toContain(`/proc/${process.pid}`);
    expect(Number(seen[0])).toBeGreaterThan(1);
  });

  it('host: exec joins, and settings of the kernel stay read-only', () => {
    const one = runDetached('one', STAY, ['--pid', 'host']);
    expect(output('exec', 'one', 'cat', `/proc/${pidOf(one)}/comm`)).toBe('sleep\n');
    expect(tslab(['exec', 'one', 'sh', '-c', 'echo 1 > /proc/sys/kernel/panic']).stderr).toMatch(/Read-only/);
    expect(output('exec', 'one', 'sh', '-c', 'wc -c < /proc/timer_list')).toBe('0\n');
  });

  it('host: what is left behind its first process is ended, and nothing else', async () => {
    const other = shell('sleep 1000.25 >/dev/null 2>&1 & echo $!').stdout.trim();
    const { status } = tslab(['run', '--rm', '--pid', 'host', 'busybox', 'sh', '-c', 'sleep 1001.25 & exit 3']);
    expect(status).toBe(3);
    expect(running('sleep 1001.25')).toEqual([]);
    expect(running('sleep 1000.25')).toEqual([Number(other)]);
    process.kill(Number(other), 'SIGKILL');
  });

  it('host: pause, top, stop and rm are of its own processes alone', async () => {
    const one = runDetached('one', 'sleep 1002.25 & exec sleep 1003.25', ['--pid', 'host']);
    await until(() => running('sleep 1002.25').length === 1);
    expect(output('top', 'one').split('\n')).toHaveLength(4);
    output('pause', 'one');
    expect(readFileSync(`/proc/${pidOf(one)}/cgroup`, 'utf8')).toContain(one.config.id);
    expect(output('ps', '--format', '{{.State}}')).toBe('paused\n');
    output('unpause', 'one');
    output('stop', 'one');
    expect([...running('sleep 1002.25'), ...running('sleep 1003.25')]).toEqual([]);
    // Not the init of a namespace: SIGTERM ends it.
    expect(findContainer('one').state.exitCode).toBe(143);
  });

  it('host: a tslab in front that is killed takes the program along, and the next command the rest', async () => {
    const tool = start([
      'run',
      '--name',
      'one',
      '--pid',
      'host',
      'busybox',
      'sh',
      '-c',
      'sleep 1004.25 & sleep 1005.25',
    ]);
    await until(() => running('sleep 1005.25').length === 1);
    const { init } = findContainer('one').state;
    tool.kill('SIGKILL');
    await until(() => !isAlive(init.pid, init.startTime));
    expect(output('ps', '-a', '--format', '{{.State}}')).toBe('exited\n');
    await until(() => running('sleep 1004.25').length + running('sleep 1005.25').length === 0);
  });

  it('host: an init is left out, since there is one', () => {
    expect(run('cat /proc/$$/comm; exit', '--pid', 'host', '--init')).toBe('sh\n');
    expect(run('cat /proc/1/comm; exit', '--init')).not.toBe('sh\n');
  });

  it('container: it sees the processes of the other, and the other sees its own', () => {
    const web = runDetached('web', STAY);
    const two = runDetached('two', 'exec sleep 1006.25', ['--pid', 'container:web']);
    expect(link(pidOf(two), 'pid')).toBe(link(pidOf(web), 'pid'));
    expect(link(pidOf(two), 'mnt')).not.toBe(link(pidOf(web), 'mnt'));
    expect(output('exec', 'two', 'cat', '/proc/1/cmdline')).toBe('sleep\x001000\x00');
    expect(output('exec', 'web', 'ps')).toMatch(/sleep 1006\.25/);
    expect(findContainer('two').state.init).toEqual({ pid: pidOf(two), startTime: expect.any(Number) });
    expect(running('sleep 1006.25')).toEqual([pidOf(two)]);
  });

  it('container: it ends with the other’s first process, and not the other with it', async () => {
    const web = runDetached('web', STAY);
    const two = runDetached('two', STAY, ['--pid', 'container:web']);
    const three = runDetached('three', STAY, ['--pid', 'container:web']);
    await killInit(two);
    expect(findContainer('web').state.status).toBe('running');
    await killInit(web);
    await until(() => findContainer('three').state.status === 'exited');
    expect(findContainer('three').state.exitCode).toBe(137);
    expect(isAlive(pidOf(three), three.state.init.startTime)).toBe(false);
  });

  it('container: waits, gives the status, has a terminal, and ends with a tslab that is killed', async () => {
    runDetached('web', STAY);
    expect(tslab(['run', '--rm', '--pid', 'container:web', 'busybox', 'sh', '-c', 'exit 5']).status).toBe(5);
    const { stdout } = await atTerminal('run -it --rm --pid container:web busybox sh -c "tty; cat /proc/1/comm"').ended;
    expect(stdout).toBe('/dev/pts/0\r\nsleep\r\n');
    const tool = start(['run', '--rm', '--pid', 'container:web', 'busybox', 'sleep', '1007.25']);
    await until(() => running('sleep 1007.25').length === 1);
    tool.kill('SIGKILL');
    await until(() => running('sleep 1007.25').length === 0);
    expect(findContainer('web').state.status).toBe('running');
  });

  it('container: a program that is not there leaves no process', () => {
    runDetached('web', STAY);
    const before = listProcesses().filter(({ ppid }) => ppid === process.pid).length;
    expect(tslab(['run', '--rm', '--pid', 'container:web', 'busybox', 'nonsense']).status).toBe(127);
    expect(output('exec', 'web', 'ps').split('\n').length).toBe(4);
    expect(listProcesses().filter(({ ppid }) => ppid === process.pid).length).toBe(before);
  });

  it('container: restart finds the other where it is then', async () => {
    const web = runDetached('web', STAY);
    runDetached('two', STAY, ['--pid', 'container:web', '--ipc', 'host']);
    await killInit(web);
    await until(() => findContainer('two').state.status === 'exited');
    expect(tslab(['start', 'two']).stderr).toMatch(
      new RegExp(`failed to join PID namespace: container ${web.config.id} is not running\n.*tslab start web`),
    );
    expect(findContainer('two').state).toMatchObject({ exitCode: 125, error: expect.stringMatching(/not running/) });
    output('start', 'web');
    output('start', 'two');
    expect(link(pidOf(findContainer('two')), 'pid')).toBe(link(pidOf(findContainer('web')), 'pid'));
  });

  it('container: a pid that is another process’s by now is not taken for it', () => {
    const web = runDetached('web', STAY, ['--ipc', 'shareable']);
    writeState(web, { ...web.state, init: { pid: pidOf(web), startTime: 1 } });
    for (const flags of [
      ['--pid', 'container:web'],
      ['--ipc', 'container:web'],
    ]) {
      expect(refused(flags)).toMatch(/Container web has just ended\./);
    }
    writeState(web, web.state);
  });
});

describe.skipIf(!isRoot)('--uts, --domainname and --cgroupns (skipped without root)', () => {
  it('--uts host: the names of the host', () => {
    const ours = readFileSync('/proc/sys/kernel/hostname', 'utf8');
    const one = runDetached('one', STAY, ['--uts', 'host']);
    expect(link(pidOf(one), 'uts')).toBe(link('self', 'uts'));
    expect(output('exec', 'one', 'hostname')).toBe(ours);
  });

  it.each([
    ['--uts', 'host'],
    ['--pid', 'host'],
    ['--ipc', 'host'],
  ])(
    '%s %s: root inside has Docker’s capabilities, and can neither rename the host nor trace its programs',
    (...flags) => {
      const one = runDetached('one', STAY, flags);
      const docker = DOCKERS_CAPABILITIES.bounding.reduce(
        (set, name) => set | (1n << BigInt(CAPABILITIES.indexOf(name))),
        0n,
      );
      const capabilities = (status: string) => BigInt(`0x${/^CapBnd:\s+(\w+)$/m.exec(status)?.[1]}`) & ~docker;
      expect(capabilities(readFileSync(`/proc/${pidOf(one)}/status`, 'utf8'))).toBe(0n);
      expect(capabilities(output('exec', 'one', 'cat', '/proc/self/status'))).toBe(0n);
      output('rm', '-f', 'one');
      runDetached('web', STAY, flags);
      const joined = flags[0] === '--uts' ? flags : [flags[0] as string, 'container:web'];
      expect(capabilities(run('cat /proc/self/status', ...joined))).toBe(0n);
    },
  );

  it('--domainname: in the UTS namespace, and behind the name in /etc/hosts', () => {
    const ours = readFileSync('/proc/sys/kernel/domainname', 'utf8');
    const look = 'cat /proc/sys/kernel/domainname; hostname; hostname -d; grep box /etc/hosts | cut -f 2';
    expect(run(look, '-h', 'box', '--domainname', 'example.com', '--name', 'one')).toMatch(
      /^example\.com\nbox\nexample\.com\nbox\.example\.com box( one)?\n$/,
    );
    expect(readFileSync('/proc/sys/kernel/domainname', 'utf8')).toBe(ours);
  });

  it('--cgroupns private: its own cgroup is the root that it sees; host: where it is', () => {
    const paths = (mode: string) => {
      const one = runDetached('one', STAY, ['--cgroupns', mode]);
      const seen = output('exec', 'one', 'cat', '/proc/self/cgroup').trim().split('\n');
      const isOurs = link(pidOf(one), 'cgroup') === link('self', 'cgroup');
      output('exec', 'one', 'ls', '/sys/fs/cgroup');
      output('rm', '-f', 'one');
      const ids = seen.filter((line) => line.includes(one.config.id)).length;
      return { isOurs, ids, roots: seen.filter((line) => line.endsWith(':/')).length === seen.length };
    };
    expect(paths('private')).toEqual({ isOurs: false, ids: 0, roots: true });
    expect(paths('host')).toEqual({ isOurs: true, ids: expect.any(Number), roots: false });
  });

  it('inspect tells them, with the id of the other', () => {
    const web = runDetached('web', STAY, ['--ipc', 'shareable']);
    const flags = ['--ipc', 'container:web', '--pid', 'host', '--uts', 'host', '--cgroupns', 'private'];
    runDetached('two', STAY, flags);
    output('rename', 'web', 'other');
    const format =
      '{{.HostConfig.IpcMode}} {{.HostConfig.PidMode}} {{.HostConfig.UTSMode}} {{.HostConfig.CgroupnsMode}}';
    expect(output('inspect', '-f', format, 'two')).toBe(`container:${web.config.id} host host private\n`);
    expect(output('inspect', '-f', '{{range .Calls}}{{println .Step .Call}}{{end}}', 'two')).toMatch(
      /join-namespaces openat.*ns\/ipc.*\njoin-namespaces setns\(<result of openat>, CLONE_NEWIPC\)/,
    );
    output('create', '--name', 'plain', '--domainname', 'example.com', 'busybox');
    expect(
      output('inspect', '-f', '{{.Config.Domainname}} {{.HostConfig.IpcMode}} {{.HostConfig.PidMode}}', 'plain'),
    ).toBe('example.com private \n');
  });
});

describe.skipIf(!isRoot)('shared namespaces (skipped without root)', () => {
  it('are in what --dry-run shows, and what the container has for its specification', () => {
    const web = runDetached('web', STAY, ['--ipc', 'shareable']);
    const flags = ['--ipc', 'container:web', '--pid', 'container:web'];
    const dry = output('run', '--dry-run', ...flags, 'busybox');
    expect(dry).toMatch(/join-namespaces.*\n.*openat\(AT_FDCWD, "\/proc\/\d+\/ns\/pid"/);
    expect(dry).toMatch(/CLONE_PARENT_SETTID/);
    const two = runDetached('two', STAY, flags);
    for (const json of [
      output('run', '--dry-run=json', ...flags, 'busybox'),
      readFileSync(join(two.directory, 'config.json'), 'utf8'),
    ]) {
      const { linux, mounts } = JSON.parse(json);
      expect(linux.namespaces).toContainEqual({ type: 'ipc', path: `/proc/${pidOf(web)}/ns/ipc` });
      expect(linux.namespaces).toContainEqual({ type: 'pid', path: `/proc/${pidOf(web)}/ns/pid` });
      expect(mounts.find(({ destination }: { destination: string }) => destination === '/dev/shm')).toEqual({
        destination: '/dev/shm',
        type: 'bind',
        source: `/proc/${pidOf(web)}/root/dev/shm`,
        options: ['rbind', 'rprivate'],
      });
    }
  });

  it('are called before anything else, as --trace shows', () => {
    runDetached('web', STAY, ['--ipc', 'shareable']);
    const { stderr } = tslab([
      'run',
      '--rm',
      '--trace',
      '--ipc',
      'container:web',
      '--pid',
      'container:web',
      'busybox',
      'true',
    ]);
    const child = stderr.split('\n').filter((line) => line.startsWith('child') && !line.includes('housekeeping'));
    expect(child.slice(0, 3).map((line) => line.replace(/\d{2,}/g, 'N'))).toEqual([
      'child  setns(N, CLONE_NEWPID) = 0',
      'child  setns(N, CLONE_NEWIPC) = 0',
      'child  clone(CLONE_VM|CLONE_VFORK|CLONE_PARENT|CLONE_PARENT_SETTID|SIGCHLD, NULL, [N], NULL, 0) = N',
    ]);
  });

  it.each([
    [['--ipc', 'x'], /invalid IPC mode: x\n.*none, private, shareable, host, container:NAME/],
    [['--ipc', 'container:'], /invalid IPC mode: container:\n/],
    [['--pid', 'private'], /--pid: invalid PID mode\n.*host, container:NAME/],
    [['--pid', 'container'], /--pid: invalid PID mode/],
    [['--uts', 'container:web'], /--uts: invalid UTS mode\n.*host/],
    [['--cgroupns', 'none'], /--cgroupns: invalid CGROUP mode\n.*host, private/],
    [['--uts', 'host', '-h', 'box'], /conflicting options: hostname and the UTS mode\n/],
    [['--uts', 'host', '--domainname', 'x.y'], /sysctl "kernel.domainname" is not in a separate kernel namespace\n/],
    [['--domainname', 'a b'], /invalid domainname: "a b"\n/],
    [['--domainname', 'x\n1.2.3.4 evil'], /invalid domainname/],
    [['--domainname', 'x'.repeat(65)], /at most 64 \(setdomainname\(2\)\)/],
    [['--pid', 'container:nobody'], /No such container: nobody/],
    [['--ipc', 'container:nobody'], /No such container: nobody/],
    [['--pid', 'host', '--skip', 'cgroup'], /--pid host: only by a cgroup.*\n.*--skip cgroup/],
    [['--pid', 'host', '--skip', 'join-namespaces'], /the list has no such piece/],
  ])('%j is refused', (flags, text) => {
    expect(refused(flags)).toMatch(text);
  });

  it('of a container that does not run, or keeps its own to itself, are refused', () => {
    const stopped = output('create', '--name', 'stopped', '--ipc', 'shareable', 'busybox').trim();
    for (const [kind, title] of [
      ['pid', 'PID'],
      ['ipc', 'IPC'],
    ] as const) {
      expect(refused([`--${kind}`, 'container:stopped'])).toContain(
        `failed to join ${title} namespace: container ${stopped} is not running\ntslab start stopped`,
      );
    }
    for (const flags of [[], ['--ipc', 'private'], ['--ipc', 'none']]) {
      const { config } = runDetached('closed', STAY, flags);
      expect(refused(['--ipc', 'container:closed'])).toContain(
        `failed to join IPC namespace: container ${config.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
      output('rm', '-f', 'closed');
    }
    output('create', '--name', 'orphan', '--pid', 'container:stopped', 'busybox');
    output('rm', 'stopped');
    expect(tslab(['start', 'orphan'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`failed to join PID namespace: No such container: ${stopped}`),
    });
  });

  it('of a container can be in no bundle', () => {
    runDetached('web', STAY, ['--ipc', 'shareable']);
    const place = join(state(), 'bundle');
    const { status, stderr } = tslab(['bundle', '--ipc', 'container:web', 'busybox', place]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/can share no namespace/) });
    expect(existsSync(place)).toBe(false);
  });
});
