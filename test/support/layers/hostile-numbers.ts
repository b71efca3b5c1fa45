/** Numbers in the fields of headers: of other forms, negative, or more than the kernel has room for. */
import { dir, file, type HostileLayer, odd } from './hostile-case.js';
import { base256, member } from './raw-tar.js';

const LENGTHS = { mode: 8, uid: 8, gid: 8, size: 12, mtime: 12 } as const;
type Field = keyof typeof LENGTHS;

export function hostileNumbers(): HostileLayer[] {
  const fields = Object.keys(LENGTHS) as Field[];
  return [...fields.flatMap(forms), ...ids(), ...modes(), ...devices()];
}

/** What no field takes, and what each does. */
function forms(field: Field): HostileLayer[] {
  const length = LENGTHS[field];
  const isNone = new RegExp(`invalid tar header: its ${field} is no number`);
  const one = (text: string) => file('f', 'x', { [field]: Buffer.from(text.padEnd(length, '\0')) });
  const here =
    field === 'mode' ? ['f 1 1'] : field.endsWith('id') ? [`f 644 1 ${field === 'uid' ? '1:0' : '0:1'}`] : ['f 644 1'];
  return [
    odd(`${field}-words`, isNone, one('abc')),
    odd(`${field}-decimal`, isNone, one('9')),
    odd(`${field}-signed`, isNone, one('-1')),
    odd(`${field}-split`, isNone, one('1 1')),
    odd(`${field}-behind-spaces`, here, one('   1')),
    odd(`${field}-behind-nuls`, here, one('\0\x001 ')),
    odd(`${field}-before-garbage`, here, one('1\0x')),
    odd(`${field}-blank`, BLANK[field], file('f', '', { [field]: Buffer.alloc(length, ' ') })),
  ];
}

const BLANK: Readonly<Record<Field, readonly string[]>> = {
  mode: ['f 0 0'],
  uid: ['f 644 0'],
  gid: ['f 644 0'],
  size: ['f 644 0'],
  mtime: ['f 644 0'],
};

function ids(): HostileLayer[] {
  return [
    odd('uid-negative', /claims to belong to -1/, file('f', 'x', { uid: base256(-1n, 8) })),
    odd('gid-huge', /claims to belong to 4294967295/, file('f', 'x', { gid: base256(2n ** 32n - 1n, 8) })),
    odd('gid-2-to-the-60', /claims to belong to/, file('f', 'x', { gid: base256(2n ** 60n, 8) })),
    odd(
      'uid-largest',
      ['f 644 1 4294967294:4294967294'],
      file('f', 'x', { uid: base256(2n ** 32n - 2n, 8), gid: base256(2n ** 32n - 2n, 8) }),
    ),
    odd('uid-of-a-directory', /claims to belong to -5/, dir('d', { uid: base256(-5n, 8) })),
  ];
}

function modes(): HostileLayer[] {
  return [
    odd('mode-with-a-type', ['f 4755 1'], file('f', 'x', { mode: 0o104755 })),
    odd('mode-all-ones', ['f 7777 1'], file('f', 'x', { mode: base256(-1n, 8) })),
    odd('mode-huge', ['f 0 1'], file('f', 'x', { mode: base256(2n ** 60n, 8) })),
  ];
}

/** MINORBITS is 20, and a major has 12 bits (kdev_t.h): more would be another device. */
function devices(): HostileLayer[] {
  const none = /"d" is the device [-\d]+:[-\d]+, and Linux has 0:0 to 4095:1048575/;
  const device = (major: number | Buffer, minor: number | Buffer, type = '4') =>
    member({ name: 'd', type, mode: 0o600, device: [major, minor] });
  return [
    odd('device-major-huge', none, device(4096, 1)),
    odd('device-minor-huge', none, device(8, 2 ** 20)),
    odd('device-negative', none, device(base256(-1n, 8), 0)),
    odd('device-minor-negative', none, device(8, base256(-1n, 8))),
    odd('device-2-to-the-32', none, device(base256(2n ** 32n + 8n, 8), 0)),
    odd('device-words', /its devMajor is no number/, device(Buffer.from('eight\0\0\0'), 0)),
    odd(
      'device-numbers-of-a-file',
      ['f 644 1'],
      file('f', 'x', { device: [Buffer.from('words'), Buffer.from('words')] }),
    ),
  ];
}
