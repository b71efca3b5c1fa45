import { UserError } from '../../kernel/user-error.js';
import type { Propagation } from '../config.js';
import { checkTarget, type MountRequest } from './mount-request.js';
import { parseSize } from './size.js';
import { PROPAGATIONS } from './volume-flag.js';

/** Docker's keys, and the shorter names that it takes for them. */
const KEYS: Readonly<Record<string, string>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  destination: 'target',
  dst: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  'bind-propagation': 'bind-propagation',
  'volume-nocopy': 'volume-nocopy',
  'tmpfs-size': 'tmpfs-size',
  'tmpfs-mode': 'tmpfs-mode',
};

type Fields = ReadonlyMap<string, string>;

/** `--mount type=bind|volume|tmpfs,source=…,target=…,readonly,…`. Throws UserError (2). */
export function parseMountFlag(value: string): MountRequest {
  const fields: Fields = new Map(value.split(',').map((field) => keyAndValue(field, value)));
  const target = checkTarget(fields.get('target') ?? missing('target', value));
  const type = fields.get('type') ?? 'volume';
  if (type === 'bind') return bind(fields, target, value);
  if (type === 'volume') return volume(fields, target);
  if (type === 'tmpfs') return { type, target, options: tmpfsOptions(fields) };
  throw new UserError(`invalid mount type: ${type} in "--mount ${value}"`, 2, 'Allowed: bind, volume, tmpfs.');
}

function keyAndValue(field: string, value: string): [string, string] {
  const [key = '', given = 'true'] = field.split(/=(.*)/s);
  const name = KEYS[key];
  if (name !== undefined) return [name, given];
  const allowed = Object.keys(KEYS).join(', ');
  throw new UserError(`unexpected key '${key}' in "--mount ${value}"`, 2, `Allowed: ${allowed}.`);
}

function bind(fields: Fields, target: string, value: string): MountRequest {
  const source = fields.get('source') ?? missing('source', value);
  if (!source.startsWith('/')) {
    const message = `invalid mount config for type "bind": invalid mount path: '${source}' mount path must be absolute`;
    throw new UserError(message, 2);
  }
  const propagation = fields.get('bind-propagation') ?? 'rprivate';
  if (!PROPAGATIONS.has(propagation)) {
    throw new UserError(`invalid propagation value: ${propagation}`, 2, `Allowed: ${[...PROPAGATIONS].join(', ')}.`);
  }
  const options = { readOnly: isSet(fields, 'readonly'), propagation: propagation as Propagation, create: false };
  return { type: 'bind', source, target, ...options };
}

function volume(fields: Fields, target: string): MountRequest {
  const options = { readOnly: isSet(fields, 'readonly'), copy: !isSet(fields, 'volume-nocopy') };
  return { type: 'volume', name: fields.get('source'), target, ...options };
}

function tmpfsOptions(fields: Fields): string {
  const [size, mode] = [fields.get('tmpfs-size'), fields.get('tmpfs-mode')];
  if (mode !== undefined && !/^[0-7]{1,4}$/.test(mode)) {
    throw new UserError(`invalid tmpfs-mode: ${mode}`, 2, 'A mode in octal, such as 1777.');
  }
  const options = [size && `size=${parseSize('tmpfs-size', size)}`, mode && `mode=${mode}`];
  return options.filter(Boolean).join(',');
}

function isSet(fields: Fields, key: string): boolean {
  return ['true', '1'].includes(fields.get(key) ?? 'false');
}

function missing(key: string, value: string): never {
  throw new UserError(`invalid mount config: "--mount ${value}" has no ${key}`, 2, `Add ${key}=/…`);
}
