import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { callUntraced } from '../../../src/kernel/call.js';
import { lgetxattr } from '../../../src/kernel/calls/index.js';
import { entriesOf, nodePath } from '../../../src/kernel/files/file-names.js';
import { literal } from '../../../src/kernel/render.js';

/** All files below a directory, one a line, sorted: `name/ mode`, `name mode size`, `name -> target`, then owner and attributes that are unusual. */
export function listing(directory: string, above = ''): string[] {
  return entriesOf(directory)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, isDirectory }) => {
      const [path, shown] = [`${directory}/${name}`, `${above}${name}`];
      const stats = lstatSync(nodePath(path));
      const line = [...described(path, shown, stats), ...ownerOf(stats), ...attributesOf(path, stats)].join(' ');
      return [line, ...(isDirectory ? listing(path, `${shown}/`) : [])];
    });
}

function described(path: string, shown: string, stats: Stats): string[] {
  const name = /^[\w/.-]+$/.test(shown) ? shown : literal(shown);
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink()) return [name, '->', readlinkSync(nodePath(path))];
  if (stats.isDirectory()) return [`${name}/`, mode];
  if (stats.isFile()) return [name, mode, `${stats.size}`];
  if (stats.isCharacterDevice() && stats.rdev === 0) return [name, 'whiteout'];
  const numbers = `${(stats.rdev >> 8) & 0xfff},${stats.rdev & 0xff}`;
  return [name, stats.isFIFO() ? 'p' : `${stats.isBlockDevice() ? 'b' : 'c'} ${numbers}`];
}

function ownerOf({ uid, gid }: Stats): string[] {
  return uid + gid > 0 ? [`${uid}:${gid}`] : [];
}

const ATTRIBUTES = [
  ...['opaque', 'redirect'].flatMap((note) => [`trusted.overlay.${note}`, `user.overlay.${note}`]),
  ...['user.mine', 'security.capability', 'trusted.mine'],
];

function attributesOf(path: string, stats: Stats): string[] {
  if (!stats.isFile() && !stats.isDirectory()) return [];
  return ATTRIBUTES.flatMap((name) => {
    const value = new Uint8Array(256);
    const length = callUntraced(lgetxattr(path, name, value));
    if (length < 0) return [];
    return name === 'trusted.overlay.opaque'
      ? ['opaque']
      : [`${name}=${Buffer.from(value.subarray(0, length)).toString('hex')}`];
  });
}
