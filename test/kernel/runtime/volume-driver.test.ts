import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { type Mount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
afterEach(() => {
  for (const name of output('volume', 'ls', '-q').split('\n').filter(Boolean)) output('volume', 'rm', name);
});
// Hooks of this kind run in the opposite order.
removeBehindEach();

const initOf = (name: string) => findContainer(name).state.init;

/** What the kernel says is mounted at a place in a container. */
function mountedIn(name: string, place: string): Mount | undefined {
  return readMountinfo(initOf(name).pid).findLast(({ mountPoint }) => mountPoint === place);
}

/** What is mounted on this side that has to do with the state of these tests. */
function mountedHere(): string[] {
  return readMountinfo().flatMap(({ mountPoint }) => (mountPoint.startsWith(state()) ? [mountPoint] : []));
}

function memory(name: string, o: string): void {
  output('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', '-o', `o=${o}`, name);
}

const inside = (name: string, path: string) => `/proc/${initOf(name).pid}/root${path}`;

describe.skipIf(!isRoot)('a volume with options (skipped without root)', () => {
  it('of type tmpfs is one in each container that uses it, with its options, and nothing on the host', () => {
    memory('mem', 'size=64k,mode=700,nosuid');
    runDetached('one', 'echo mine > /m/file; exec sleep 1000', ['-v', 'mem:/m']);
    runDetached('two', 'exec sleep 1000', ['-v', 'mem:/other:ro']);
    const [one, two] = [mountedIn('one', '/m'), mountedIn('two', '/other')];
    expect(one).toMatchObject({ fstype: 'tmpfs', source: 'tmpfs', options: expect.arrayContaining(['rw', 'nosuid']) });
    expect(one?.superOptions).toEqual(expect.arrayContaining(['size=64k', 'mode=700']));
    expect(two).toMatchObject({ device: one?.device, options: expect.arrayContaining(['ro', 'nosuid']) });
    expect(mountedHere()).toEqual([]);
    expect(() => writeFileSync(inside('two', '/other/new'), '')).toThrow('EROFS');
    expect(() => writeFileSync(inside('one', '/m/large'), Buffer.alloc(100_000))).toThrow('ENOSPC');
    expect(readFileSync(inside('two', '/other/file'), 'utf8')).toBe('mine\n');
  });

  it('goes with the last container that uses it, and is empty for the next', () => {
    memory('mem', 'size=64k');
    runDetached('one', 'echo mine > /m/file; exec sleep 1000', ['-v', 'mem:/m']);
    runDetached('two', 'exec sleep 1000', ['-v', 'mem:/m']);
    output('rm', '-f', 'one');
    expect(output('run', '--rm', '-v', 'mem:/m', 'busybox', 'cat', '/m/file')).toBe('mine\n');
    output('stop', '-t', '0', 'two');
    expect(tslab(['volume', 'rm', 'mem']).stderr).toMatch(/in use by two/);
    expect(output('run', '--rm', '-v', 'mem:/m', 'busybox', 'ls', '/m')).toBe('');
  });

  it('leaves nothing where containers and supervisor are killed, and is found where only the supervisor was', async () => {
    memory('mem', 'size=64k');
    const { state: one } = runDetached('one', 'echo mine > /m/file; exec sleep 1000', ['-v', 'mem:/m']);
    process.kill(one.owner.pid, 'SIGKILL');
    await until(() => !isAlive(one.owner.pid, one.owner.startTime));
    runDetached('two', 'exec sleep 1000', ['-v', 'mem:/m']);
    expect(mountedIn('two', '/m')?.device).toBe(mountedIn('one', '/m')?.device);
    for (const { pid } of [initOf('one'), initOf('two'), findContainer('two').state.owner])
      process.kill(pid, 'SIGKILL');
    await until(() => listContainers(() => {}).every(({ state: { status } }) => status === 'exited'));
    expect(mountedHere()).toEqual([]);
  });

  it('is made anew where the program has unmounted its own', () => {
    memory('mem', 'size=64k');
    runDetached('one', 'umount /m && exec sleep 1000', ['-v', 'mem:/m', '--cap-add', 'SYS_ADMIN']);
    runDetached('two', 'exec sleep 1000', ['-v', 'mem:/m']);
    expect(mountedIn('two', '/m')).toMatchObject({
      fstype: 'tmpfs',
      superOptions: expect.arrayContaining(['size=64k']),
    });
  });

  it('is made by --mount, with options and labels, and what cannot be is refused before', () => {
    const options = 'volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=1m,mode=700"';
    const labels = 'volume-label=tier=db,volume-label=empty';
    runDetached('one', 'exec sleep 1000', ['--mount', `type=volume,src=made,dst=/m,${options},${labels}`]);
    expect(mountedIn('one', '/m')).toMatchObject({ fstype: 'tmpfs', source: 'tmpfs' });
    expect(mountedIn('one', '/m')?.superOptions).toEqual(expect.arrayContaining(['size=1024k', 'mode=700']));
    expect(JSON.parse(output('volume', 'inspect', 'made'))[0]).toMatchObject({
      Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=700' },
      Labels: { tier: 'db', empty: '' },
    });
    output('run', '--rm', '--mount', `dst=/m,${options}`, 'busybox', 'true');
    expect(output('volume', 'ls', '-q')).toBe('made\n');
    const refused = (words: string) => tslab(['run', '--mount', `dst=/m,${words}`, 'busybox', 'true']).stderr;
    expect(refused('volume-opt=type=tmpfs,volume-opt=o=size=1m')).toMatch(/missing required option: "device"/);
    expect(refused('volume-driver=x')).toMatch(/volume plugin x: plugin "x" not found/);
    expect(refused('type=bind,src=/etc,volume-label=k=v')).toMatch(/cannot mix 'volume-label' with mount type 'bind'/);
    expect(listContainers(() => {}).map(({ config }) => config.name)).toEqual(['one']);
  });

  it('with o=bind is that directory of the host, with its flags', () => {
    const directory = join(state(), 'of the host');
    mkdirSync(directory);
    output('volume', 'create', '-o', 'type=none', '-o', `device=${directory}`, '-o', 'o=bind,ro,nodev', 'here');
    runDetached('one', 'exec sleep 1000', ['-v', 'here:/h']);
    const [real, seen] = [directory, inside('one', '/h')].map((path) => statSync(path));
    expect([seen?.dev, seen?.ino]).toEqual([real?.dev, real?.ino]);
    expect(mountedIn('one', '/h')?.options).toEqual(expect.arrayContaining(['ro', 'nodev']));
    expect(() => writeFileSync(inside('one', '/h/file'), '')).toThrow('EROFS');
  });

  it('says which option the kernel does not take, and which directory is missing', () => {
    memory('bad', 'size=banana');
    const run = (name: string) => tslab(['run', '--rm', '-v', `${name}:/m`, 'busybox', 'true']);
    expect(run('bad')).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('"size", "banana", 0) failed: EINVAL'),
    });
    memory('twice', 'size=64k');
    expect(tslab(['run', '--rm', '-v', 'twice:/a', '-v', 'twice:/b', 'busybox', 'true'])).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('twice is a filesystem of its own'),
    });
    output('volume', 'create', '-o', 'type=none', '-o', 'device=/nowhere', '-o', 'o=bind', 'lost');
    expect(run('lost')).toMatchObject({ status: 125, stderr: expect.stringMatching(/"\/nowhere".* failed: ENOENT/) });
    expect(listContainers(() => {})).toEqual([]);
  });
});
