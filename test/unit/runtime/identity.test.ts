import { describe, expect, it } from 'vitest';
import { resolveUser } from '../../../src/container/start/identity.js';
import { NotReadable } from '../../../src/kernel/files/regular-file.js';
import type { ReadGuest } from '../../../src/rootfs/guest-file.js';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann:/home/ann:/bin/sh\nnobody:x:65534:65534::/:\n';
const GROUP = 'root:x:0:\nusers:x:100:\naudio:x:29:ann,nobody\nwheel:x:10:root,ann\n';

function files(passwd: string | undefined, group: string | undefined = GROUP): ReadGuest {
  return (path) => {
    const text = path === '/etc/passwd' ? passwd : group;
    return text === undefined ? undefined : Buffer.from(text);
  };
}

const unreadable: ReadGuest = (path) => {
  throw new NotReadable(`the container's ${path} is not a regular file`);
};

describe('-u', () => {
  it.each([
    ['', { uid: 0, gid: 0, home: '/root' }],
    ['ann', { uid: 1000, gid: 100, groups: [100, 29, 10], home: '/home/ann' }],
    ['1000', { uid: 1000, gid: 100, groups: [100, 29, 10] }],
    ['ann:audio', { uid: 1000, gid: 29, groups: [29] }],
    ['ann:7', { uid: 1000, gid: 7, groups: [7] }],
    ['4711', { uid: 4711, gid: 0, groups: [0], home: '/' }],
    ['4711:wheel', { uid: 4711, gid: 10 }],
    [':users', { uid: 0, gid: 100 }],
    ['2147483647:2147483647', { uid: 2147483647, gid: 2147483647 }],
  ])('%j is looked up in the files of the container', (user, expected) => {
    expect(resolveUser(user, files(PASSWD))).toMatchObject(expected);
  });

  it('takes numbers that the container does not know, and no names', () => {
    expect(resolveUser('65534', files(undefined, undefined))).toEqual({ uid: 65534, gid: 0, groups: [0], home: '/' });
    expect(() => resolveUser('nobody', files(undefined))).toThrow(
      'unable to find user nobody: no matching entries in passwd file',
    );
    expect(() => resolveUser('ann:nosuch', files(PASSWD))).toThrow(
      'unable to find group nosuch: no matching entries in group file',
    );
  });

  it.each(['2147483648', '4294967295', '4294967296', '99999999999', '-1', '+5', '1:4294967295', '1:-1'])(
    '%j is out of range, and no other number',
    (user) => {
      expect(() => resolveUser(user, files(PASSWD))).toThrow('uids and gids must be in range 0-2147483647');
    },
  );

  it('0x10 is a name, which nobody has', () => {
    expect(() => resolveUser('0x10', files(PASSWD))).toThrow('unable to find user 0x10');
  });
});

describe('a line of /etc/passwd or /etc/group', () => {
  it.each(['99999999999', '4294967296', '4294967295', '-1', '', '0x5', '+5', ' 5', '5a', '1e3'])(
    'with the id %j is refused by its name, not taken for another id',
    (id) => {
      const [asUser, asGroup] = [`x:x:${id}:5::/:`, `x:x:5:${id}::/:`].map((line) => files(`${PASSWD}${line}`));
      const line = `the container's /etc/passwd gives x the`;
      expect(() => resolveUser('x', asUser as ReadGuest)).toThrow(`${line} uid "${id}"`);
      expect(() => resolveUser('x', asGroup as ReadGuest)).toThrow(`${line} gid "${id}"`);
      expect(resolveUser('x:1', asGroup as ReadGuest)).toMatchObject({ uid: 5, gid: 1 });
      expect(resolveUser('ann', asUser as ReadGuest).uid).toBe(1000);
      const groups = files(PASSWD, `bad:x:${id}:ann\n`);
      expect(() => resolveUser('ann', groups)).toThrow(`the container's /etc/group gives bad the gid "${id}"`);
      expect(() => resolveUser('7:bad', groups)).toThrow(`the container's /etc/group gives bad the gid "${id}"`);
    },
  );

  it('may end in CR LF, or with the file, be very long, a comment, blank, or too short', () => {
    const odd = `# comment:x:1:1\n\n   \nshort\n${'y'.repeat(100_000)}:x:6:6::/y:\nlast:x:7:8::/last:/bin/sh\r`;
    expect(resolveUser('last', files(odd.replaceAll('\n', '\r\n')))).toMatchObject({ uid: 7, gid: 8, home: '/last' });
    expect(resolveUser('y'.repeat(100_000), files(odd)).uid).toBe(6);
    expect(() => resolveUser('short', files(odd))).toThrow('gives short the uid ""');
    expect(() => resolveUser('# comment', files(odd))).toThrow('unable to find user');
  });
});

describe('a file that cannot be read', () => {
  it('is named where it is needed', () => {
    const message = "the container's /etc/passwd is not a regular file";
    for (const user of ['nobody', '1000', '0', 'ann:1', '1:users']) {
      expect(() => resolveUser(user, unreadable)).toThrow(`unable to find user ${user}: ${message}`);
    }
    expect(() => resolveUser('ann', files('ann:x:1:1::/h\0:'))).toThrow('it has NUL bytes');
  });

  it('keeps nobody from entering as root, or with both ids as numbers', () => {
    expect(resolveUser('', unreadable)).toEqual({ uid: 0, gid: 0, groups: [0], home: '/' });
    expect(resolveUser('5:6', unreadable)).toEqual({ uid: 5, gid: 6, groups: [6], home: '/' });
  });
});
