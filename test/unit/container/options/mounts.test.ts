import { describe, expect, it } from 'vitest';
import { type MountFlags, parseMounts } from '../../../../src/docker/options/mounts.js';
import { UserError } from '../../../../src/kernel/errors/user-error.js';

const one = (flags: MountFlags) => parseMounts(flags, '/home/me')[0];
const refused = (flags: MountFlags, reason: RegExp) => {
  expect(() => one(flags)).toThrow(UserError);
  expect(() => one(flags)).toThrow(expect.objectContaining({ status: 2, message: expect.stringMatching(reason) }));
};

describe('-v', () => {
  it('binds an absolute path, privately, and makes it where it is missing', () => {
    expect(one({ volume: ['/src:/dst'] })).toEqual({
      type: 'bind',
      source: '/src',
      target: '/dst',
      readOnly: false,
      propagation: 'rprivate',
      create: true,
    });
  });

  it('takes what is relative with a dot in front from the working directory', () => {
    expect(one({ volume: ['./src:/dst'] })).toMatchObject({ type: 'bind', source: '/home/me/src' });
    expect(one({ volume: ['..:/dst'] })).toMatchObject({ type: 'bind', source: '/home' });
  });

  it('takes any other word for the name of a volume, and no name for an anonymous one', () => {
    expect(one({ volume: ['data:/dst'] })).toEqual({
      type: 'volume',
      name: 'data',
      target: '/dst',
      readOnly: false,
      copy: true,
    });
    expect(one({ volume: ['/dst'] })).toMatchObject({ type: 'volume', name: undefined, target: '/dst' });
  });

  it('reads modes, and those of SELinux change nothing', () => {
    expect(one({ volume: ['/src:/dst:ro,rslave,z'] })).toMatchObject({ readOnly: true, propagation: 'rslave' });
    expect(one({ volume: ['data:/dst:ro,nocopy'] })).toMatchObject({ readOnly: true, copy: false });
  });

  it('makes the target plain', () => {
    expect(one({ volume: ['/src:/a//b/../c/'] })).toMatchObject({ target: '/a/c' });
  });

  it.each([
    ['/src:dst', /mount path must be absolute/],
    ['/src:/', /destination can't be '\/'/],
    ['/src:/x/..', /destination can't be '\/'/],
    ['', /invalid volume specification/],
    [':/dst', /invalid volume specification/],
    ['/src:', /invalid volume specification/],
    ['/a:/b:ro:x', /invalid volume specification/],
    ['a/b:/dst', /use its absolute path|includes invalid characters/],
    ['/src:/dst:rw,fast', /invalid mode: fast/],
    ['/src:/dst:rslave,rshared', /invalid mode: rshared/],
    ['data:/dst:rslave', /only a directory of the host has a propagation/],
  ])('refuses %j', (spec, reason) => {
    refused({ volume: [spec] }, reason);
  });
});

describe('--mount', () => {
  it('binds, and does not make the source', () => {
    expect(one({ mount: ['type=bind,source=/src,target=/dst,readonly,bind-propagation=rshared'] })).toEqual({
      type: 'bind',
      source: '/src',
      target: '/dst',
      readOnly: true,
      propagation: 'rshared',
      create: false,
    });
  });

  it('is a volume unless it says otherwise', () => {
    expect(one({ mount: ['src=data,dst=/dst'] })).toMatchObject({ type: 'volume', name: 'data' });
    expect(one({ mount: ['type=volume,destination=/dst,volume-nocopy'] })).toMatchObject({
      name: undefined,
      copy: false,
    });
  });

  it.each([
    ['readonly', true],
    ['ro=1', true],
    ['readonly=TRUE', true],
    ['readonly=false', false],
    ['ro=0', false],
  ])('with %s: read-only is %s', (word, readOnly) => {
    expect(one({ mount: [`type=bind,source=/src,target=/dst,${word}`] })).toMatchObject({ readOnly });
  });

  it('gives a tmpfs size and mode', () => {
    expect(one({ mount: ['type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1777'] })).toEqual({
      type: 'tmpfs',
      target: '/t',
      options: 'size=1048576,mode=1777',
    });
  });

  it('takes readonly and volume-nocopy for a volume', () => {
    const volume = { type: 'volume', name: 'data', target: '/dst' };
    expect(one({ mount: ['type=volume,source=data,target=/dst,readonly'] })).toEqual({
      ...volume,
      readOnly: true,
      copy: true,
    });
    expect(one({ mount: ['type=volume,source=data,target=/dst,volume-nocopy'] })).toEqual({
      ...volume,
      readOnly: false,
      copy: false,
    });
  });

  it('takes options of the driver and labels of a volume, each as often as wanted', () => {
    const mount =
      'src=data,dst=/dst,volume-driver=,volume-opt=type=tmpfs,volume-opt=device=tmpfs,volume-label=a,volume-label=b=c=d';
    expect(one({ mount: [mount] })).toMatchObject({
      asked: { options: { type: 'tmpfs', device: 'tmpfs' }, labels: { a: '', b: 'c=d' } },
    });
  });

  it('is a line of CSV, in which a field with a comma is put in quotes', () => {
    const mount = '"type=bind","source=/a, ""b"",c",target=/dst';
    expect(one({ mount: [mount] })).toMatchObject({ type: 'bind', source: '/a, "b",c', target: '/dst' });
  });

  // What Go's encoding/csv says of each.
  it.each([
    ['type=bind,source="/a,b",target=/dst', 'parse error on line 1, column 18: bare " in non-quoted field'],
    ['type=bind,"source=/a"b,target=/dst', 'parse error on line 1, column 21: extraneous or missing " in quoted-field'],
    ['type=bind,"source=/a', 'parse error on line 1, column 21: extraneous or missing " in quoted-field'],
  ])('refuses %j', (spec, message) => {
    expect(() => one({ mount: [spec] })).toThrow(message);
  });

  it.each([
    ['type=bind,target=/dst', /has no source/],
    ['type=bind,source=/src', /has no target/],
    ['type=bind,source=src,target=/dst', /mount path must be absolute/],
    ['type=nfs,target=/dst', /invalid mount type: nfs/],
    ['type=bind,source=/a,target=/b,colour=blue', /unexpected key 'colour'/],
    ['type=bind,source=/a,target=/b,bind-propagation=x', /invalid propagation value: x/],
    ['type=tmpfs,target=/t,tmpfs-mode=9', /invalid tmpfs-mode: 9/],
    ['type=tmpfs,target=/t,tmpfs-size=', /invalid argument "" for "--mount tmpfs-size" flag/],
    ['type=tmpfs,target=/t,tmpfs-size=9999999999t', /invalid argument "9999999999t" for "--mount tmpfs-size" flag/],
    ['type=bind,source=/a,target=/b,readonly=maybe', /invalid value for readonly: "maybe"/],
    ['type=bind,source=/a,target', /invalid field 'target'.*key=value/],
    ['type=bind,source=/a,target=/b,tmpfs-size=1m', /cannot mix 'tmpfs-size' with mount type 'bind'/],
    ['type=volume,target=/b,bind-propagation=rslave', /cannot mix 'bind-propagation' with mount type 'volume'/],
    ['type=tmpfs,target=/t,source=/a', /cannot mix 'source' with mount type 'tmpfs'/],
    ['type=tmpfs,target=/t,readonly', /cannot mix 'readonly' with mount type 'tmpfs'/],
    ['target=/t,constructor=1', /unexpected key 'constructor'/],
  ])('refuses %j', (spec, reason) => {
    refused({ mount: [spec] }, reason);
  });
});

describe('--tmpfs', () => {
  it.each([
    'size=399999999999999999999',
    'size=-1',
    'size=101%',
    'size=',
    'size=1.5m',
    'nr_inodes=9999999999t',
    'mode=8',
  ])('refuses %s, of which the kernel would take a part', (option) => {
    expect(() => one({ tmpfs: [`/t:${option}`] })).toThrow(`invalid tmpfs option "${option}"`);
  });

  it.each(['mode=10000', 'uid=4294967295', 'gid=-1', 'huge=yes', 'constructor=1'])('refuses %s', (option) => {
    expect(() => one({ tmpfs: [`/t:${option}`] })).toThrow(`invalid tmpfs option "${option}"`);
  });

  it.each(['9007199254740991', '8796093022207k', '8589934591m', '8388607G', '8191t'])(
    'takes a size of %s, the largest in that unit, and not one more',
    (size) => {
      expect(one({ tmpfs: [`/t:size=${size}`] })).toMatchObject({ options: `size=${size}` });
      const more = size.replace(/\d+/, (digits) => `${BigInt(digits) + 1n}`);
      expect(() => one({ tmpfs: [`/t:size=${more}`] })).toThrow(`invalid tmpfs option "size=${more}"`);
    },
  );

  it('passes on the options of the filesystem and of the mount', () => {
    const options = 'rw,exec,ro,noatime,size=64m,mode=1777,uid=7';
    expect(one({ tmpfs: [`/t:${options}`] })).toEqual({ type: 'tmpfs', target: '/t', options });
  });

  it.each([
    ['t', /absolute/],
    ['/t:shared', /invalid tmpfs option "shared"/],
    ['/t:exec=1', /invalid tmpfs option "exec=1"/],
    ['/t:size=64m;x', /invalid tmpfs option/],
  ])('refuses %j', (spec, reason) => {
    refused({ tmpfs: [spec] }, reason);
  });
});

describe('all of them', () => {
  it('are mounted from the outside in', () => {
    const mounts = parseMounts({ volume: ['/a:/x/y/z', '/b:/x'], tmpfs: ['/x/y'] }, '/');
    expect(mounts.map(({ target }) => target)).toEqual(['/x', '/x/y', '/x/y/z']);
  });

  it.each(['/proc', '/proc/', '/proc/sys', '//proc//sys/../acpi', '/x/../sys/firmware/', '/sys', '/proc/meminfo/x'])(
    'are refused on %j, which is the kernel’s',
    (place) => {
      const reason = /^"\/(proc|sys)(\/[\w/]+)?" cannot be mounted because it is (inside|not of type) /;
      refused({ tmpfs: [place] }, reason);
      refused({ volume: [place] }, reason);
      refused({ mount: [`type=volume,source=data,target=${place}`] }, reason);
      if (!/^\/(proc|sys)\/?$/.test(place)) refused({ volume: [`/src:${place}:ro`] }, reason);
    },
  );

  it('may replace what lxcfs does, and what only begins like the kernel’s', () => {
    const allowed =
      'cpuinfo diskstats loadavg meminfo slabinfo stat swaps sys/crypto/fips_enabled sys/kernel/ns_last_pid uptime';
    for (const name of allowed.split(' ')) {
      expect(one({ volume: [`/src:/proc/${name}`] })).toMatchObject({ target: `/proc/${name}` });
    }
    for (const place of ['/process', '/system', '/host/proc', '/host/sys/firmware']) {
      expect(one({ tmpfs: [place] })).toMatchObject({ target: place });
    }
  });

  it('have a place each', () => {
    refused({ volume: ['/a:/x'], tmpfs: ['/x/'] }, /Duplicate mount point: \/x/);
    refused({ volume: ['/a:/x', '/b:/x'] }, /Duplicate mount point: \/x/);
    expect(one({ volume: ['/a:/x', '/a:/x'] })).toMatchObject({ source: '/a', target: '/x' });
  });

  it.each(['ro,rw', 'rw,ro', 'ro,ro'])('are read-only or not: %s is refused', (modes) => {
    refused({ volume: [`/a:/x:${modes}`] }, /^invalid mode: \S+ in "-v \/a:\/x:\S+"$/);
  });
});
