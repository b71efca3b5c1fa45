/** Layers that were made to do harm, or by somebody's mistake, and what is to become of each. `outside` is a directory that no layer may touch. */
import { dir, file, type HostileLayer, hard, link, odd } from './hostile-case.js';
import { hostileNumbers } from './hostile-numbers.js';
import { hostileRecords } from './hostile-records.js';
import { hostileTrees } from './hostile-trees.js';
import { archive, base256, END, member, pax } from './raw-tar.js';

export function hostileLayers(outside: string): HostileLayer[] {
  return [
    ...paths(outside),
    ...symlinks(outside),
    ...hardLinks(outside),
    ...whiteouts(outside),
    ...special(),
    ...numbers(),
    ...forms(),
    ...names(),
    ...hostileTrees(outside),
    ...hostileRecords(outside),
    ...hostileNumbers(),
  ];
}

function paths(outside: string): HostileLayer[] {
  return [
    odd('dotdot', /"\.\.\/outside\/x" goes up/, file('../outside/x')),
    odd('dotdot-mid', /"a\/\.\.\/\.\.\/outside\/x" goes up/, dir('a/'), file('a/../../outside/x')),
    odd('empty-name', /has no name/, file('')),
    odd('root-file', /would be the root/, file('.')),
    odd('root-symlink', /"\.\/" is a symbolic link, and would be the root/, link('./', outside)),
    odd('nul-name', /a name with a NUL in it/, pax({ path: 'a\0b' }), file('a')),
    odd('name-256', /a name of more than 255 bytes/, pax({ path: 'n'.repeat(256) }), file('n')),
    odd('path-5000', /a path of more than 4095 bytes/, pax({ path: `${'d/'.repeat(2500)}f` }), file('d')),
    odd('absolute', [`${outside.slice(1).split('/')[0]}/ 755`], dir(`/${outside.split('/')[1]}`)),
  ];
}

function symlinks(outside: string): HostileLayer[] {
  const through = /goes through "out", which is a symbolic link of the same layer/;
  return [
    odd('symlink-then-file', through, link('out', outside), file('out/x')),
    odd('symlink-rel', through, link('out', '../outside'), file('out/x')),
    odd('opaque-through-symlink', through, link('out', outside), file('out/d/.wh..wh..opq', '')),
    odd('whiteout-through-symlink', through, link('out', outside), file('out/.wh.sentinel', '')),
    odd('hardlink-via-symlink', through, link('out', outside), hard('mine', 'out/sentinel')),
    odd('symlink-final', ['out 644 1'], link('out', `${outside}/sentinel`), file('out')),
    odd('symlink-dir-entry', ['out/ 755'], link('out', outside), dir('out')),
    odd('symlink-over-dir', ['d -> /nowhere'], dir('d'), file('d/x'), link('d', '/nowhere')),
    odd('file-over-dir', ['d 644 1'], dir('d'), dir('d/e'), file('d/e/x'), file('d')),
    odd('dir-over-file', ['d/ 755', 'd/x 644 1'], file('d'), dir('d'), file('d/x')),
    odd('duplicate-file', ['f 600 3'], file('f', 'one and only'), file('f', 'two', { mode: 0o600 })),
    odd('file-under-file', /goes through "f", which is a file of the same layer/, file('f'), file('f/g')),
  ];
}

function hardLinks(outside: string): HostileLayer[] {
  const missing = /which is not in the layer before it/;
  return [
    odd('hardlink-abs', missing, hard('mine', `${outside}/sentinel`)),
    odd('hardlink-dotdot', /goes up/, hard('mine', '../outside/sentinel')),
    odd('hardlink-missing', missing, hard('mine', 'later'), file('later')),
    odd('hardlink-self', missing, hard('mine', 'mine')),
    odd('hardlink-to-dir', /a hard link to a directory/, dir('d'), hard('mine', 'd')),
    odd('hardlink-to-symlink', ['a -> /etc', 'b -> /etc'], link('a', '/etc'), hard('b', 'a')),
    odd('hardlink-under-what-it-replaces', missing, dir('d'), file('d/x'), hard('d', 'd/x')),
    odd('hardlink-to-whiteout', missing, file('.wh.gone', ''), hard('mine', 'gone')),
  ];
}

function whiteouts(outside: string): HostileLayer[] {
  return [
    odd('whiteout-of-nothing', /a whiteout of ""/, file('d/.wh.', '')),
    odd('whiteout-of-dot', /a whiteout of "\."/, file('.wh..', '')),
    odd('whiteout-of-dotdot', /a whiteout of "\.\."/, dir('d'), file('d/.wh...', '')),
    odd('whiteout-of-own-directory', ['d/ 755 opaque', 'd/x 644 1'], file('.wh.d', ''), dir('d'), file('d/x')),
    odd('whiteout-behind-own-directory', ['d/ 755 opaque', 'd/x 644 1'], file('d/x'), file('.wh.d', '')),
    odd('whiteout-of-own-file', ['f 644 1'], file('f'), file('.wh.f', '')),
    odd('whiteout-of-own-twice', ['d/ 755 opaque'], file('d'), file('.wh.d', ''), dir('d')),
    odd('below-a-whiteout', /is below a whiteout/, file('.wh.d/x')),
    odd('aufs-meta', ['f 644 1'], dir('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs'), file('f')),
    odd('opaque-behind-files', ['d/ 755 opaque', 'd/x 644 1'], file('d/x'), file('d/.wh..wh..opq', '')),
    odd('whiteout', ['d/ 755', 'd/gone whiteout'], file('d/.wh.gone', outside)),
  ];
}

function special(): HostileLayer[] {
  const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
  const device = (name: string, type: string, numbers: readonly [number, number]) =>
    member({ name, type, device: numbers, mode: 0o660 });
  return [
    odd('char-0-0', /a character device 0\/0, which overlayfs takes for a deleted file/, device('gone', '3', [0, 0])),
    odd('devices', ['null c 1,3', 'sda b 8,0'], device('null', '3', [1, 3]), device('sda', '4', [8, 0])),
    odd('setuid', ['su 6755 1 7:8'], file('su', 'x', { mode: 0o6755, uid: 7, gid: 8 })),
    odd(
      'capability',
      ['ping 755 1 7:8 security.capability=0100000200200000000000000000000000000000'],
      pax({ 'SCHILY.xattr.security.capability': capability }),
      file('ping', 'x', { mode: 0o755, uid: 7, gid: 8 }),
    ),
    odd(
      'overlay-attributes',
      ['d/ 755 user.mine=79'],
      pax(Object.fromEntries(OVERLAYS.map((name) => [`SCHILY.xattr.${name}`, 'y']))),
      dir('d'),
    ),
  ];
}

const OVERLAYS = ['trusted.overlay.opaque', 'user.overlay.opaque', 'trusted.overlay.redirect', 'user.mine'];

function numbers(): HostileLayer[] {
  return [
    odd('size-8EiB', /claims to have/, file('f', '', { size: base256(2n ** 63n - 1n, 12) })),
    odd('base256-negative', /claims to have -5 bytes/, file('f', '', { size: base256(-5n, 12) })),
    odd('base256-huge', /claims to have/, file('f', '', { size: base256(2n ** 90n, 12) })),
    odd(
      'size-of-the-disk',
      /that are (allowed|free on the disk for it)/,
      file('f', '', { size: base256(2n ** 50n, 12) }),
    ),
    odd('pax-size-negative', /the size "-1"/, pax({ size: '-1' }), file('f')),
    odd('uid-huge', /claims to belong to 4294967295/, file('f', 'x', { uid: base256(2n ** 32n - 1n, 8) })),
    odd('mtime-huge', ['f 644 1'], file('f', 'x', { mtime: base256(2n ** 80n, 12) })),
    odd('mtime-negative', ['f 644 1'], file('f', 'x', { mtime: base256(-(2n ** 70n), 12) })),
  ];
}

function forms(): HostileLayer[] {
  const whole = file('f', 'x'.repeat(2000));
  return [
    { name: 'truncated', bytes: whole.subarray(0, 1500), expected: /ends in the middle of a member/ },
    odd('checksum', /invalid tar header/, file('f', 'x', { checksum: '0000000\0' })),
    odd('pax-length-lie', /\(pax\) is damaged/, member({ type: 'x', content: '99 path=/etc\n' }), file('f')),
    odd('pax-without-space', /\(pax\) is damaged/, member({ type: 'x', content: '9 path=a\nnospace\n' }), file('f')),
    odd('pax-huge', /bytes of extended header/, member({ type: 'x', content: Buffer.alloc(2 << 20) }), file('f')),
    odd('type-Z', /of the unknown type "Z"/, file('f', '', { type: 'Z' })),
    odd('sparse', /a file with holes/, file('f', '', { type: 'S' })),
    odd(
      'v7',
      ['d/ 644', 'f 644 1'],
      file('d/', '', { type: '\0', magic: '' }),
      file('f', 'x', { type: '\0', magic: '' }),
    ),
    odd('symlink-with-size', ['f 644 1', 'l -> f'], member({ name: 'l', type: '2', link: 'f', size: 512 }), file('f')),
    { name: 'two-archives', bytes: Buffer.concat([archive(file('a')), archive(file('b'))]), expected: ['a 644 1'] },
    {
      name: 'garbage-behind',
      bytes: Buffer.concat([archive(file('a')), Buffer.alloc(700, 'z')]),
      expected: ['a 644 1'],
    },
    odd('zeros-between', /a block of zeros between members/, file('a'), END.subarray(0, 512), file('b')),
    { name: 'no-end', bytes: file('a'), expected: ['a 644 1'] },
    { name: 'empty', bytes: Buffer.alloc(0), expected: [] },
  ];
}

function names(): HostileLayer[] {
  return [
    odd('newline', ['"a\\nb" 644 1'], file('a\nb')),
    odd('escape', ['"\\u001b[31mred" 644 1'], file('\x1b[31mred')),
    odd('non-utf8', ['"caf\\xe9" 644 1'], file(Buffer.from('caf\xe9', 'latin1'))),
    odd(
      'replacement',
      ['"caf\\xe8" 644 1', '"caf\\xe9" 644 2'],
      ...['\xe9', '\xe8'].map((last, i) => file(Buffer.from(`caf${last}`, 'latin1'), 'x'.repeat(2 - i))),
    ),
  ];
}
