import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listContainers } from '../../../src/container/store/find.js';
import { type Mount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { useOwnMounts } from '../../support/own-mounts.js';
import { output, runDetached, useOwnState } from '../runtime-info/containers.js';
import { shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
useOwnMounts();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-mounts-'));
  mkdirSync(join(folder, 'dir'));
  writeFileSync(join(folder, 'dir/file'), 'from the host\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function inside(script: string, ...flags: string[]): string {
  return output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script).trimEnd();
}

/** The mount at a place in a container with these options, as the kernel tells it. */
function mountAt(place: string, ...flags: string[]): Mount | undefined {
  const { state } = runDetached('mounts', 'exec sleep 1000', flags);
  const found = readMountinfo(state.init.pid).find(({ mountPoint }) => mountPoint === place);
  output('rm', '-f', 'mounts');
  return found;
}

describe.skipIf(!isRoot)('mounts of tslab run (skipped without root)', () => {
  it('-v SRC:DST: the same directory on both sides', () => {
    const source = join(folder, 'dir');
    expect(inside('cat /data/file; echo new > /data/new; stat -c "%d %i" /data', '-v', `${source}:/data`)).toBe(
      `from the host\n${statSync(source).dev} ${statSync(source).ino}`,
    );
    expect(readFileSync(join(source, 'new'), 'utf8')).toBe('new\n');
  });

  it('-v FILE:DST: one file, and :ro', () => {
    const script = 'cat /deep/in/file; (echo x > /deep/in/file) 2>&1; true';
    expect(inside(script, '-v', `${join(folder, 'dir/file')}:/deep/in/file:ro`)).toMatch(
      /^from the host\n.*Read-only file system$/,
    );
    expect(mountAt('/data', '-v', `${folder}:/data:ro`)?.options).toContain('ro');
  });

  it('-v makes a source that is missing, --mount does not', () => {
    inside('true', '-v', `${join(folder, 'made')}:/data`);
    expect(existsSync(join(folder, 'made'))).toBe(true);
    const missing = join(folder, 'missing');
    const words = ['run', '--rm', '--mount', `type=bind,source=${missing},target=/data`, 'busybox', 'true'];
    expect(tslab(words)).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/bind source path does not exist/),
    });
    expect(existsSync(missing)).toBe(false);
    expect(listContainers(() => {})).toEqual([]);
  });

  it('-v of a source that cannot be made, as below /proc, is an error', () => {
    const words = ['run', '--rm', '-v', '/proc/nothing/there:/data', 'busybox', 'true'];
    expect(tslab(words)).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/^tslab: error while creating mount source path '\/proc\/nothing\/there': ENOENT/),
    });
    expect(listContainers(() => {})).toEqual([]);
  });

  it('-v NAME:DST: what one container writes the next one reads', () => {
    inside('echo kept > /data/file', '-v', 'shared:/data');
    expect(inside('cat /data/file', '--mount', 'type=volume,source=shared,target=/data')).toBe('kept');
  });

  it('an empty volume gets what the image has there', () => {
    expect(inside('ls /copy | grep passwd', '-v', 'etc:/etc', '-v', 'etc:/copy')).toBe('passwd');
    expect(inside('ls /etc', '-v', 'empty:/etc:nocopy')).toBe('hostname\nhosts\nresolv.conf');
  });

  it('-v DST: a volume without a name, which goes with --rm', () => {
    const before = output('volume', 'ls', '-q');
    expect(inside('echo x > /data/file && cat /data/file', '-v', '/data')).toBe('x');
    expect(output('volume', 'ls', '-q')).toBe(before);
  });

  it('--tmpfs and --mount type=tmpfs: memory, with a limit', () => {
    const full = 'head -c 2m /dev/zero > /t/file; wc -c < /t/file; stat -c %a /t';
    expect(inside(`(${full}) 2>&1`, '--tmpfs', '/t:size=1m,mode=700')).toMatch(/^head: .*\n1048576\n700$/);
    expect(mountAt('/t', '--mount', 'type=tmpfs,target=/t,tmpfs-size=1m')).toMatchObject({ fstype: 'tmpfs' });
  });

  it('--tmpfs with flags of the mount: those, and else nosuid, nodev and noexec', () => {
    const flags = (options: string) => mountAt('/t', '--tmpfs', `/t:${options}`)?.options;
    expect(flags('exec,size=1m')).toEqual(['rw', 'nosuid', 'nodev', 'relatime']);
    expect(flags('ro,dev,noatime')).toEqual(['ro', 'nosuid', 'noexec', 'noatime']);
    expect(inside('cp /bin/busybox /t/echo; /t/echo runs', '--tmpfs', '/t:exec')).toBe('runs');
  });

  it('--shm-size: of the tmpfs on /dev/shm, 64 MiB unless it is said', () => {
    const sizeOf = (...flags: string[]) =>
      mountAt('/dev/shm', ...flags)?.superOptions.find((word) => /^size/.test(word));
    expect(sizeOf()).toBe('size=65536k');
    expect(sizeOf('--shm-size', '0')).toBe('size=65536k');
    expect(sizeOf('--shm-size', '1m')).toBe('size=1024k');
    expect(inside('df -k /dev/shm | tail -n 1', '--shm-size=2m')).toMatch(/^shm +2048 /);
  });

  it('--mount with a field in quotes, -v of a relative source: that directory', () => {
    const odd = join(folder, 'a,"b"');
    mkdirSync(odd);
    const quoted = `type=bind,"source=${odd.replaceAll('"', '""')}",target=/data`;
    expect(inside('stat -c %i /data', '--mount', quoted)).toBe(`${statSync(odd).ino}`);
    const relative = (source: string) =>
      shell(`cd ${folder}/dir && tslab run --rm -v ${source}:/data busybox stat -c %i /data`).stdout.trim();
    expect(relative('.')).toBe(`${statSync(join(folder, 'dir')).ino}`);
    expect(relative('../dir')).toBe(`${statSync(join(folder, 'dir')).ino}`);
    expect(relative('./file')).toBe(`${statSync(join(folder, 'dir/file')).ino}`);
  });

  it('are private by default, and slave or shared where they are told to', () => {
    const mountOf = (propagation: string) =>
      shell(
        `mount -t tmpfs p ${folder}/made && mount --make-shared ${folder}/made && tslab run --rm -v ${folder}/made:/data${propagation} busybox grep ' /data ' /proc/self/mountinfo; umount ${folder}/made`,
      ).stdout;
    expect(mountOf('')).not.toMatch(/shared:|master:/);
    expect(mountOf(':rslave')).toMatch(/ master:\d+ /);
    expect(mountOf(':rshared')).toMatch(/ shared:\d+ /);
  });

  it('never show on the host', () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8');
    runDetached('quiet', 'exec sleep 1000', ['-v', `${folder}:/data`, '--tmpfs', '/t', '-v', 'vol:/vol']);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
    output('rm', '-f', 'quiet');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
  });

  it('--rootfs: another root in the place of the image’s, which stays as it is', () => {
    const root = join(folder, 'root');
    const image = shell(`cp -a "$TSLAB_STATE"/rootfs/*/root ${root} && echo mine > ${root}/mark`);
    expect(image.stderr).toBe('');
    expect(inside('cat /mark; echo changed > /mark', '--rootfs', root)).toBe('mine');
    expect(readFileSync(join(root, 'mark'), 'utf8')).toBe('mine\n');
  });
});
