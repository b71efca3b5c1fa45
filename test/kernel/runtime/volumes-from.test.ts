import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-from-'));
  writeFileSync(join(folder, 'file'), 'of the host\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is mounted at these places of a container: what of which filesystem, and whether it can be written. */
function mountsAt(pid: number, ...places: string[]) {
  const all = readMountinfo(pid);
  return places.map((place) => {
    const mount = all.find(({ mountPoint }) => mountPoint === place);
    return mount && `${mount.device} ${mount.root} ${mount.options[0]}`;
  });
}

describe.skipIf(!isRoot)('--volumes-from (skipped without root)', () => {
  it('mounts what another container has, where that has it: binds and volumes, with :ro read-only', () => {
    const flags = ['-v', `${folder}:/bound`, '-v', 'named:/named', '-v', '/anonymous', '--tmpfs', '/memory'];
    const { state } = runDetached('source', 'exec sleep 1000', flags);
    const places = ['/bound', '/named', '/anonymous'];
    const theirs = mountsAt(state.init.pid, ...places);
    expect(theirs.every((mount) => mount?.endsWith(' rw'))).toBe(true);
    const same = runDetached('same', 'exec sleep 1000', ['--volumes-from', 'source']);
    expect(mountsAt(same.state.init.pid, ...places, '/memory')).toEqual([...theirs, undefined]);
    const reading = runDetached('reading', 'exec sleep 1000', ['--volumes-from', 'source:ro']);
    expect(mountsAt(reading.state.init.pid, ...places)).toEqual(theirs.map((mount) => mount?.replace(/rw$/, 'ro')));
  });

  it('leaves a place to what the container itself mounts there', () => {
    output('create', '--name', 'source', '-v', `${folder}:/data`, 'busybox', 'true');
    const words = ['run', '--rm', '--volumes-from', 'source', '-v', 'other:/data', 'busybox', 'ls', '/data'];
    expect(output(...words)).toBe('');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('of the host\n');
  });

  it('keeps an anonymous volume for the last container that has it', () => {
    const count = () => output('volume', 'ls', '-q').split('\n').filter(Boolean).length;
    const before = count();
    output('create', '--name', 'source', '-v', '/anonymous', 'busybox', 'true');
    output('create', '--name', 'second', '--volumes-from', 'source', 'busybox', 'true');
    expect(output('inspect', '-f', '{{.HostConfig.VolumesFrom}} {{.HostConfig.Binds}}', 'second')).toBe(
      '[source] []\n',
    );
    output('rm', '-v', 'source');
    expect(count()).toBe(before + 1);
    output('rm', '-v', 'second');
    expect(count()).toBe(before);
  });

  it.each([
    ['nobody', /No such container: nobody/],
    ['source:rslave', /invalid mode: rslave/],
    [':ro', /volumes-from specification cannot be an empty string/],
  ])('refuses %j', (spec, reason) => {
    const { status, stderr } = tslab(['run', '--volumes-from', spec, 'busybox', 'true']);
    expect({ status, stderr }).toEqual({ status: 125, stderr: expect.stringMatching(reason) });
  });
});
