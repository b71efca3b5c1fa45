/** Extended headers: those of POSIX (pax), and GNU tar's long names, which say otherwise than the header behind them. */
import { dir, file, type HostileLayer, hard, link, odd } from './hostile-case.js';
import { archive, member, pax } from './raw-tar.js';

const long = (content: string) => member({ type: 'L', content });
const records = (content: string) => member({ type: 'x', content });
const global = (content: string) => member({ type: 'g', content });

export function hostileRecords(outside: string): HostileLayer[] {
  return [...longNames(outside), ...damaged(), ...values(outside), ...globals(), ...attributes()];
}

function longNames(outside: string): HostileLayer[] {
  return [
    odd('long-name', ['long 644 1'], long('long\0behind'), file('short')),
    odd('long-name-dotdot', /goes up/, long('../outside/x\0'), file('x')),
    odd('long-name-empty', ['x 644 1'], long(''), file('x')),
    odd('long-name-of-nul', ['x 644 1'], long('\0'), file('x')),
    odd('long-name-twice', ['b 644 1'], long('a'), long('b'), file('x')),
    odd('long-name-of-a-whiteout', ['gone whiteout'], long('.wh.gone'), file('x', '')),
    odd('long-link', ['l -> there'], member({ type: 'K', content: 'there\0' }), link('l', outside)),
    odd('long-link-dotdot', /goes up/, member({ type: 'K', content: '../outside/sentinel' }), hard('l', 'x')),
    odd('long-link-of-a-file', ['f 644 1'], member({ type: 'K', content: outside }), file('f')),
    odd('long-name-huge', /bytes of extended header/, long('d/'.repeat(600_000)), file('x')),
    odd('long-name-at-the-end', /in the middle of a member/, file('f'), long('x')),
    odd('name-only-for-the-next', ['a 644 1', 'b 644 1'], long('a'), file('x'), file('b')),
  ];
}

function damaged(): HostileLayer[] {
  const isDamaged = /\(pax\) is damaged/;
  return [
    odd('pax-zero-length', isDamaged, records('0 path=a\n'), file('f')),
    odd('pax-negative-length', isDamaged, records('-9 path=a\n'), file('f')),
    odd('pax-without-equals', isDamaged, records('9 patha\n'), file('f')),
    odd('pax-without-key', isDamaged, records('5 =a\n'), file('f')),
    odd('pax-without-newline', isDamaged, records('9 path=aa'), file('f')),
    odd('pax-cut-in-a-record', isDamaged, records('10 path=ab\n5 path=a\n'), file('f')),
    odd('pax-huge-length', isDamaged, records('99999999999999999999 path=a\n'), file('f')),
    odd('pax-spaces', isDamaged, records('10  path=a\n'), file('f')),
    odd('pax-tail', isDamaged, records('10 path=a\n\0\0'), file('f')),
    odd('pax-at-the-end', /in the middle of a member/, file('f'), pax({ path: 'x' })),
    odd('pax-empty', ['f 644 1'], records(''), file('f')),
    { name: 'pax-alone', bytes: pax({ path: 'x' }), expected: /in the middle of a member/ },
    { name: 'pax-cut', bytes: pax({ path: 'x' }).subarray(0, 515), expected: /in the middle of a member/ },
  ];
}

function values(outside: string): HostileLayer[] {
  const smuggled = file('smuggled');
  return [
    odd('pax-path-dotdot', /goes up/, pax({ path: '../outside/x' }), file('f')),
    odd('pax-path-of-the-root', /would be the root/, pax({ path: '.' }), file('f')),
    odd('pax-path-empty', ['f 644 1'], pax({ path: '' }), file('f')),
    odd('pax-path-twice', ['b 644 1'], pax({ path: 'a' }), pax({ path: 'b' }), file('f')),
    odd('pax-path-nul', /a name with a NUL in it: "a\\u0000b"/, pax({ path: 'a\0b' }), file('f')),
    odd('pax-linkpath-dotdot', /goes up/, pax({ linkpath: '../outside/sentinel' }), hard('m', 'f')),
    odd('pax-linkpath-of-a-symlink', ['l -> there'], pax({ linkpath: 'there' }), link('l', outside)),
    odd('pax-linkpath-nul', /a name with a NUL/, pax({ linkpath: 'a\0b' }), link('l', 'f')),
    // The header's size would have what follows taken for content (CVE-2025-62518).
    odd('pax-size-counts', ['f 644 1024'], pax({ size: '1024' }), file('f', '', { size: 0 }), smuggled),
    odd('pax-size-0', ['f 644 0', 'smuggled 644 1'], pax({ size: '0' }), file('f', '', { size: 1024 }), smuggled),
    odd('pax-size-of-a-directory', ['d/ 755', 'f 644 1'], pax({ size: '512' }), dir('d'), file('f')),
    odd('pax-size-huge', /claims to have|that are (allowed|free)/, pax({ size: '9'.repeat(30) }), file('f')),
    odd('pax-size-hex', /the size "0x10"/, pax({ size: '0x10' }), file('f')),
    odd('pax-size-fraction', /the size "1\.5"/, pax({ size: '1.5' }), file('f')),
    odd('pax-uid-negative', /the uid "-1"/, pax({ uid: '-1' }), file('f')),
    odd('pax-uid-unchanged', /claims to belong to 4294967295/, pax({ uid: '4294967295' }), file('f')),
    odd('pax-gid-huge', /claims to belong to/, pax({ gid: '99999999999' }), file('f')),
    odd('pax-uid-largest', ['f 644 1 4294967294:0'], pax({ uid: '4294967294' }), file('f')),
    odd('pax-uid-empty', ['f 644 1'], pax({ uid: '' }), file('f')),
    odd('pax-mtime-of-no-number', /"f" claims to have the mtime "nan"/, pax({ mtime: 'nan' }), file('f')),
    odd('pax-mtime-exponent', /the mtime "1e9"/, pax({ mtime: '1e9' }), file('f')),
    odd('pax-mtime-huge', ['f 644 1'], pax({ mtime: '9'.repeat(30) }), file('f')),
    odd('pax-mtime-negative', ['f 644 1'], pax({ mtime: '-0.5' }), file('f')),
    odd('pax-mtime-many-digits', ['f 644 1'], pax({ mtime: `1700000000.${'9'.repeat(50)}` }), file('f')),
    odd('pax-sparse', /a file with holes/, pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }), file('f')),
    odd('pax-sparse-map', /a file with holes/, pax({ 'GNU.sparse.map': '0,1' }), file('f')),
    odd('pax-sparse-name', /a file with holes/, pax({ 'GNU.sparse.name': '../outside/x' }), file('f')),
    odd(
      'pax-unknown',
      ['f 644 1'],
      pax({ comment: 'x', hdrcharset: 'BINARY', 'VENDOR.x': '\0', __proto__x: 'y' }),
      file('f'),
    ),
  ];
}

function globals(): HostileLayer[] {
  return [
    odd('global-path', ['f 644 1'], global('15 path=../evil\n'), file('f')),
    odd('global-uid', ['f 644 1'], global('9 uid=77\n'), file('f')),
    odd('global-sparse', ['f 644 1'], global('22 GNU.sparse.major=1\n'), file('f')),
    odd('global-damaged', ['f 644 1'], global('nothing of this kind'), file('f')),
    odd('global-huge', /bytes of extended header/, member({ type: 'g', content: Buffer.alloc(2 << 20) }), file('f')),
    odd('global-at-the-end', ['f 644 1'], file('f'), global('9 uid=77\n')),
    odd('global-between', ['p 644 1'], pax({ path: 'p' }), global('9 uid=77\n'), file('f')),
    { name: 'global-cut', bytes: archive(global('x'.repeat(700))).subarray(0, 600), expected: /in the middle/ },
  ];
}

function attributes(): HostileLayer[] {
  const attribute = (name: string, value: string | Buffer = 'y') => pax({ [`SCHILY.xattr.${name}`]: value });
  return [
    odd('attribute-without-name', ['f 644 1'], attribute(''), file('f')),
    odd(
      'attribute-nul',
      /"f" has the attribute "user\.mine\\u0000x", which is no name/,
      attribute('user.mine\0x'),
      file('f'),
    ),
    odd(
      'attribute-name-300',
      /"f" of the layer cannot be unpacked: fsetxattr.*ERANGE/,
      attribute(`user.${'n'.repeat(300)}`),
      file('f'),
    ),
    odd(
      'attribute-value-huge',
      /has 65537 bytes in "user\.mine"/,
      attribute('user.mine', Buffer.alloc(65_537)),
      file('f'),
    ),
    odd('attribute-of-nothing', ['f 644 1 user.mine='], attribute('user.mine', ''), file('f')),
    odd('attribute-of-a-symlink', ['l -> f'], attribute('user.mine'), link('l', 'f')),
    odd('attribute-of-a-pipe', ['p p'], attribute('user.mine'), member({ name: 'p', type: '6' })),
    odd('attribute-of-a-hardlink', ['a 644 1', 'b 644 1'], file('a'), attribute('user.mine'), hard('b', 'a')),
    odd('attribute-of-a-whiteout', ['gone whiteout'], attribute('user.mine'), file('.wh.gone', '')),
    odd(
      'attribute-opaque-of-a-whiteout',
      ['gone whiteout'],
      attribute('trusted.overlay.whiteout'),
      file('.wh.gone', ''),
    ),
    odd(
      'attribute-capability-short',
      /"f" of the layer cannot be unpacked: fsetxattr.*EINVAL/,
      attribute('security.capability', 'x'),
      file('f'),
    ),
    odd('attributes-of-others', ['f 644 1'], ...OTHERS.map((name) => attribute(name)), file('f')),
    odd(
      'attribute-twice',
      ['f 644 1 user.mine=62'],
      attribute('user.mine', 'a'),
      attribute('user.mine', 'b'),
      file('f'),
    ),
    odd(
      'attribute-only-for-the-next',
      ['a 644 1 user.mine=79', 'b 644 1'],
      attribute('user.mine'),
      file('a'),
      file('b'),
    ),
  ];
}

/** Of overlayfs in every spelling, and of security modules. */
const OTHERS = [
  ...['trusted.overlay.metacopy', 'trusted.overlay.whiteout', 'user.overlay.whiteouts', 'trusted.overlay.origin'],
  ...['security.selinux', 'security.ima', 'security.evm', 'trusted.mine', 'system.nfs4_acl', 'USER.mine', 'other'],
];
