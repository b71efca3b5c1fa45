import { describe, expect, it } from 'vitest';
import { findMount, formatPropagation, parseMountinfo, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { ODD_NAMES, PROPAGATION, PROPAGATION_IN_CHROOT } from './fixtures/mountinfo.js';

describe('parseMountinfo', () => {
  it('gives every field of a line', () => {
    const line = '29 26 0:26 /sub /dev/pts ro,nosuid shared:3 master:2 - devpts devpts rw,mode=600,ptmxmode=000\n';
    expect(parseMountinfo(line)).toEqual([
      {
        id: 29,
        parent: 26,
        device: '0:26',
        root: '/sub',
        mountPoint: '/dev/pts',
        options: ['ro', 'nosuid'],
        propagation: { shared: 3, master: 2, unbindable: false },
        fstype: 'devpts',
        source: 'devpts',
        superOptions: ['rw', 'mode=600', 'ptmxmode=000'],
      },
    ]);
  });

  it('decodes spaces, tabs, newlines and backslashes in names', () => {
    const mountPoints = parseMountinfo(ODD_NAMES).map(({ mountPoint }) => mountPoint);
    expect(mountPoints).toEqual([
      '/mnt',
      '/mnt/a b',
      '/mnt/back\\sl',
      '/mnt/é',
      '/mnt/tab\tx',
      '/mnt/new\nline',
      '/mnt/merged',
      '/mnt/gonem',
    ]);
  });

  it('decodes an escaped UTF-8 sequence to one character', () => {
    const [mount] = parseMountinfo('1 0 0:1 / /caf\\303\\251\\040\\345\\256\\271 rw - tmpfs t rw');
    expect(mount?.mountPoint).toBe('/café 容');
  });

  it('decodes an escaped backslash once, not twice', () => {
    const [mount] = parseMountinfo('1 0 0:1 / /a\\134040 rw - tmpfs t rw');
    expect(mount?.mountPoint).toBe('/a\\040');
  });

  it('keeps an empty source, and a source with a space', () => {
    const sources = parseMountinfo(ODD_NAMES).map(({ source }) => source);
    expect(sources.slice(1, 3)).toEqual(['my disk', '']);
  });

  it('does not take an escaped comma of an overlay for the end of an option', () => {
    const overlay = parseMountinfo(ODD_NAMES).find(({ fstype }) => fstype === 'overlay');
    expect(overlay?.superOptions).toEqual(['rw', 'lowerdir=low\\,er:low', 'upperdir=up', 'workdir=work', 'uuid=on']);
  });

  it('shows the root of a bind mount whose directory was removed', () => {
    expect(findMount(parseMountinfo(ODD_NAMES), '/mnt/gonem')?.root).toBe('/gone//deleted');
  });

  it('is not confused by a directory named "-"', () => {
    const [mount] = parseMountinfo('1 0 0:1 / - rw shared:1 - tmpfs - rw');
    expect(mount).toMatchObject({ mountPoint: '-', propagation: { shared: 1 }, source: '-' });
  });

  it('refuses a line that is not of mountinfo and quotes it', () => {
    expect(() => parseMountinfo('/dev/vda / ext4 rw 0 0\n')).toThrow('"/dev/vda / ext4 rw 0 0"');
    expect(() => parseMountinfo('1 0 0:1 / /a rw shared:1 tmpfs t rw\n')).toThrow('mountinfo');
  });

  it.each([
    '1 0  / /a rw - tmpfs t rw',
    '1 0 0:1  /a rw - tmpfs t rw',
    '1 0 0:1 /  rw - tmpfs t rw',
    '1 0 0:1 / /a  - tmpfs t rw',
    '1 0 0:1 / /a rw -  t rw',
    '1 0 0:1 / /a rw - tmpfs',
    '1 0 0:1 / /a rw - tmpfs t',
  ])('refuses a line that lacks a field: %s', (line) =>
    expect(() => parseMountinfo(line)).toThrow('Not a line of /proc/PID/mountinfo'),
  );

  it('has no mounts for an empty file', () => {
    expect(parseMountinfo('')).toEqual([]);
  });
});

describe('formatPropagation', () => {
  it('names each kind as mountinfo does, and private where it says nothing', () => {
    const kinds = parseMountinfo(PROPAGATION).slice(0, 5).map(formatPropagation);
    expect(kinds).toEqual(['private', 'shared:1', 'master:1', 'shared:2 master:1', 'unbindable']);
  });

  it('keeps the peer group that dominates a master out of sight', () => {
    const mounts = parseMountinfo(PROPAGATION_IN_CHROOT);
    expect(mounts[1]?.propagation).toEqual({ master: 2, propagateFrom: 1, unbindable: false });
    expect(mounts.map(formatPropagation)).toEqual(['shared:1', 'master:2 propagate_from:1']);
  });
});

describe('findMount', () => {
  it('gives the mount on top where two lie on each other', () => {
    const mounts = parseMountinfo(PROPAGATION);
    expect(findMount(mounts, '/mnt/shared/sub')?.source).toBe('second');
  });

  it('goes by parents, not by the order of lines', () => {
    const mounts = parseMountinfo(PROPAGATION).reverse();
    expect(findMount(mounts, '/mnt/shared/sub')?.source).toBe('second');
  });

  it('finds nothing where nothing is mounted', () => {
    expect(findMount(parseMountinfo(PROPAGATION), '/mnt/shared/s')).toBeUndefined();
  });
});

describe('readMountinfo', () => {
  it('knows the /proc that it was read from', () => {
    expect(findMount(readMountinfo('self'), '/proc')?.fstype).toBe('proc');
  });

  it('says ENOENT for a process that does not exist', () => {
    expect(() => readMountinfo(2 ** 22 + 1)).toThrow('ENOENT');
  });
});
