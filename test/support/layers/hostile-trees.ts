/** Members that contradict each other, or lead elsewhere: paths, links, whiteouts, and what stands where something else did. */
import { dir, file, type HostileLayer, hard, link, odd } from './hostile-case.js';
import { archive, END, member } from './raw-tar.js';

export function hostileTrees(outside: string): HostileLayer[] {
  return [
    ...paths(outside),
    ...names(),
    ...links(outside),
    ...whiteouts(outside),
    ...changes(outside),
    ...special(),
    ...forms(),
  ];
}

function paths(outside: string): HostileLayer[] {
  const up = /goes up, out of its directory/;
  return [
    odd('dotdot-alone', up, dir('..')),
    odd('dotdot-last', up, dir('d'), file('d/..')),
    odd('dotdot-absolute', up, file('/../outside/x')),
    odd('dotdot-to-nowhere', up, file('d/../f')),
    odd('dotdot-in-prefix', up, file('x', 'x', { prefix: '../outside' })),
    odd('prefix-of-gnu', ['x 644 1'], file('x', 'x', { prefix: '../outside', magic: 'ustar  \0' })),
    odd('three-dots', ['.../ 755', '.../f 644 1'], file('.../f')),
    odd('backslash', ['"..\\\\x" 644 1'], file('..\\x')),
    odd('slashes', ['a/ 755', 'a/b 644 1'], file('//a/.//b')),
    odd('slashes-alone', /is a file, and would be the root/, file('.//.')),
    odd('root', [], dir('/'), dir('.'), dir('./')),
    odd('name-100', [`${'n'.repeat(100)} 644 1`], file('n'.repeat(100))),
    odd('link-100', [`l -> ${'n'.repeat(100)}`], link('l', 'n'.repeat(100))),
    odd('symlink-named-as-directory', ['l -> x'], link('l/', 'x')),
    odd('fifo-as-root', /is a pipe, and would be the root/, member({ name: './', type: '6' })),
    odd('device-as-root', /is a block device, and would be the root/, member({ name: outside.slice(0, 1), type: '4' })),
  ];
}

function names(): HostileLayer[] {
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  return [
    odd('prototype', ['__proto__/ 755', '__proto__/constructor 644 1'], file('__proto__/constructor')),
    odd('composed', ['"e\u0301" 644 1', '"\u00e9" 644 2'], file('e\u0301'), file('\u00e9', 'xy')),
    odd('overlong-slash', ['"..\\xc0\\xafx" 644 1'], file(bytes('2e2ec0af78'))),
    odd('surrogate', ['"\\x80" 644 2', '"\\xed\\xb2\\x80" 644 1'], file(bytes('edb280')), file(bytes('80'), 'xy')),
    odd('csi-in-one-character', ['"\\u009b31m" 644 1'], file('\x9b31m')),
    odd('right-to-left', ['"gpj\\u202eexe.txt" 644 1'], file('gpj\u202eexe.txt')),
    odd('delete', ['"a\\u007fb" 644 1'], file('a\x7fb')),
    odd('escape-in-error', /"\\u001b\[31mred" is of the unknown type/, file('\x1b[31mred', '', { type: 'Z' })),
    odd(
      'escape-in-number',
      /"\\u001b\[31mred" claims to have/,
      file('\x1b[31mred', '', { size: bytes(`80${'7f'.repeat(11)}`) }),
    ),
  ];
}

function links(outside: string): HostileLayer[] {
  const missing = /which is not in the layer before it/;
  return [
    odd('hardlink-to-root', missing, hard('mine', './')),
    odd('hardlink-to-nothing', /is a hard link to nothing/, hard('mine', '')),
    odd('symlink-to-nothing', /is a symbolic link to nothing/, link('mine', '')),
    odd('hardlink-self-in-other-words', missing, file('mine'), hard('./mine', '/mine')),
    odd(
      'hardlink-through-whiteout',
      /goes through "gone", which is a whiteout/,
      file('.wh.gone', ''),
      hard('m', 'gone/x'),
    ),
    odd('hardlink-through-file', /goes through "f", which is a file/, file('f'), hard('m', 'f/x')),
    odd('hardlink-to-device', ['a c 1,3', 'b c 1,3'], member({ name: 'a', type: '3', device: [1, 3] }), hard('b', 'a')),
    odd('hardlink-to-pipe', ['a p', 'b p'], member({ name: 'a', type: '6' }), hard('b', 'a')),
    odd('hardlink-of-hardlink', ['a 644 1', 'b 644 1', 'c 644 1'], file('a'), hard('b', 'a'), hard('c', 'b')),
    odd('hardlink-of-what-was-replaced', ['a 644 2', 'b 644 1'], file('a'), hard('b', 'a'), file('a', 'xy')),
    odd('hardlink-replaced-by-file', ['a 644 1', 'b 644 2'], file('a'), hard('b', 'a'), file('b', 'xy')),
    odd('hardlink-twice', ['a 644 1', 'b 644 1'], file('a'), hard('b', 'a'), hard('b', 'a')),
    odd(
      'hardlink-with-size',
      ['a 644 1', 'b 644 1', 'c 644 1'],
      file('a'),
      member({ name: 'b', type: '1', link: 'a', size: 512 }),
      file('c'),
    ),
    odd(
      'hardlink-with-other-mode',
      ['a 644 1', 'b 644 1'],
      file('a'),
      member({ name: 'b', type: '1', link: 'a', mode: 0o6777, uid: 5 }),
    ),
    odd('hardlink-to-opaque', missing, dir('d'), file('d/.wh..wh..opq', ''), hard('m', 'd/.wh..wh..opq')),
    odd(
      'hardlink-through-chain',
      /goes through "b", which is a symbolic link/,
      link('a', outside),
      hard('b', 'a'),
      file('b/x'),
    ),
    odd('symlink-loop', ['a -> b', 'b -> a'], link('a', 'b'), link('b', 'a')),
    odd('symlink-to-itself-as-directory', /goes through "a"/, link('a', 'a'), file('a/a')),
    odd('symlink-to-proc', /goes through "p"/, link('p', '/proc/self/fd'), file('p/3')),
    odd(
      'symlink-4095',
      ['l -> '.padEnd(5 + 4095, 'x')],
      member({ type: 'K', content: 'x'.repeat(4095) }),
      link('l', 'x'),
    ),
    odd(
      'symlink-4096',
      /"l" of the layer cannot be unpacked: symlinkat.*ENAMETOOLONG/,
      member({ type: 'K', content: 'x'.repeat(4096) }),
      link('l', 'x'),
    ),
  ];
}

function whiteouts(outside: string): HostileLayer[] {
  const opaque = 'd/.wh..wh..opq';
  return [
    odd('whiteout-of-whiteout', [], file('.wh..wh.x', '')),
    odd(
      'whiteout-of-aufs-directory',
      [],
      dir('.wh..wh.orph'),
      file('.wh..wh.orph/a/b'),
      link('.wh..wh.orph/l', outside),
    ),
    odd('opaque-with-a-tail', [], file('.wh..wh..opqx', '')),
    odd('opaque-root', ['f 644 1'], file('.wh..wh..opq', ''), file('f')),
    odd('opaque-on-file', /goes through "d", which is a file/, file('d'), file(opaque, '')),
    odd('opaque-on-symlink', /goes through "d", which is a symbolic link/, link('d', outside), file(opaque, '')),
    odd('opaque-on-whiteout', ['d/ 755 opaque'], file('.wh.d', ''), file(opaque, '')),
    odd('opaque-then-file', ['d 644 1'], file(opaque, ''), file('d')),
    odd('opaque-as-directory', ['d/ 755 opaque'], dir(opaque)),
    odd('opaque-as-symlink', ['d/ 755 opaque'], link(opaque, outside)),
    odd('opaque-with-content', ['d/ 755 opaque', 'd/f 644 1'], file(opaque, 'y'.repeat(600)), file('d/f')),
    odd('below-opaque', /is below a whiteout/, file(`${opaque}/x`)),
    odd('below-whiteout-of-nothing', /is below a whiteout/, file('.wh./x')),
    odd('whiteout-with-content', ['f 644 1', 'x whiteout'], file('.wh.x', 'y'.repeat(600)), file('f')),
    odd('whiteout-as-directory', ['x whiteout'], dir('.wh.x/')),
    odd('whiteout-as-symlink', ['x whiteout'], link('.wh.x', outside)),
    odd('whiteout-as-hardlink', ['x whiteout'], hard('.wh.x', '../outside/sentinel')),
    odd('whiteout-as-device', ['x whiteout'], member({ name: '.wh.x', type: '4', device: [8, 0] })),
    odd('whiteout-twice', ['x whiteout'], file('.wh.x', ''), file('.wh.x', '')),
    odd('whiteout-then-symlink', ['x -> /etc'], file('.wh.x', ''), link('x', '/etc')),
    odd('whiteout-then-below', ['d/ 755 opaque', 'd/x 644 1'], file('.wh.d', ''), file('d/x')),
    odd('whiteout-behind-symlink', ['x -> /etc'], link('x', '/etc'), file('.wh.x', '')),
    odd('whiteout-dotdot-above', /goes up/, file('d/../.wh.x', '')),
    odd('whiteout-of-slash', ['x whiteout'], file('.wh.x///', '')),
    odd(
      'whiteout-too-long',
      /a name of more than 255 bytes/,
      member({ type: 'L', content: `.wh.${'n'.repeat(252)}` }),
      file('n'),
    ),
    odd('whiteout-in-capitals', ['.WH.x 644 1'], file('.WH.x')),
    odd('whiteout-without-its-dot', ['.wh 644 1'], file('.wh')),
    odd('whiteout-of-all-and-again', ['d/ 755 opaque', 'd/f 644 1'], file('d/f'), file('.wh.d', ''), file('d/f')),
  ];
}

function changes(outside: string): HostileLayer[] {
  const pipe = member({ name: 'x', type: '6' });
  return [
    odd('pipe-then-file', ['x 644 1'], pipe, file('x')),
    odd('file-then-pipe', ['x p'], file('x'), pipe),
    odd('device-then-file', ['x 644 1'], member({ name: 'x', type: '4', device: [8, 0] }), file('x')),
    odd('below-pipe', /goes through "x", which is a special file of the same layer/, pipe, file('x/y')),
    odd('symlink-then-hardlink', ['x 644 1', 'y 644 1'], file('y'), link('x', outside), hard('x', 'y')),
    odd('directory-then-whiteout-then-file', ['x 644 1'], dir('x'), file('x/a'), file('.wh.x', ''), file('x')),
    odd('directory-twice', ['x/ 700', 'x/a 644 1'], dir('x'), file('x/a'), dir('x', { mode: 0o700 })),
    odd(
      'directory-symlink-directory',
      ['x/ 755', 'x/b 644 1'],
      dir('x'),
      file('x/a'),
      link('x', outside),
      dir('x'),
      file('x/b'),
    ),
    odd('deep-then-file', ['x 644 1'], file('x/a/b/c/d/e'), link('x/a/l', outside), file('x')),
    odd('directory-without-rights', ['x/ 0', 'x/a 0 1'], dir('x', { mode: 0 }), file('x/a', 'x', { mode: 0 })),
  ];
}

function special(): HostileLayer[] {
  return [
    odd('socket', /"s" is of the unknown type "s"/, member({ name: 's', type: 's' })),
    odd('volume-label', /of the unknown type "V"/, member({ name: 'v', type: 'V' })),
    odd('gnu-dump-directory', /of the unknown type "D"/, member({ name: 'v', type: 'D' })),
    odd('contiguous', ['f 644 1'], file('f', 'x', { type: '7' })),
    odd('block-0-0', ['b b 0,0'], member({ name: 'b', type: '4', device: [0, 0] })),
    odd('all-modes', ['d/ 7777', 'f 7777 1'], dir('d', { mode: 0o7777 }), file('f', 'x', { mode: 0o7777 })),
  ];
}

function forms(): HostileLayer[] {
  const smuggled = file('smuggled');
  return [
    { name: 'half-a-header', bytes: file('f').subarray(0, 100), expected: /unexpected EOF/ },
    { name: 'one-block-of-zeros', bytes: Buffer.concat([file('f'), END.subarray(0, 512)]), expected: ['f 644 1'] },
    { name: 'zeros-alone', bytes: Buffer.alloc(10_240), expected: [] },
    { name: 'ones-alone', bytes: Buffer.alloc(10_240, 0xff), expected: /invalid tar header/ },
    { name: 'gzip-of-nothing', bytes: Buffer.from('1f8b0800', 'hex'), expected: /compressed with gzip/ },
    { name: 'text', bytes: Buffer.from('FROM busybox\n'.repeat(50)), expected: /invalid tar header/ },
    odd('checksum-blank', /invalid tar header/, file('f', 'x', { checksum: '        ' })),
    odd(
      'content-of-a-directory',
      /"d\/" is a directory, and has 1024 bytes of content/,
      file('d/', smuggled.toString('latin1')),
    ),
    odd(
      'content-of-an-old-directory',
      /is a directory, and has/,
      file('d/', smuggled.toString('latin1'), { type: '\0', magic: '' }),
    ),
    odd('directory-with-size', ['d/ 755', 'f 644 1'], dir('d', { size: 512 }), file('f')),
    {
      name: 'size-beyond-the-end',
      bytes: archive(file('f', '', { size: 5000 })),
      expected: /in the middle of a member/,
    },
  ];
}
