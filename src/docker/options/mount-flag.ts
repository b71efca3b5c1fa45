import type { Propagation } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkDriver } from '../../volume/driver.js';
import { readCsvLine } from './csv.js';
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
  idmap: 'idmap',
  'volume-nocopy': 'volume-nocopy',
  'volume-driver': 'volume-driver',
  'volume-opt': 'volume-opt',
  'volume-label': 'volume-label',
  'tmpfs-size': 'tmpfs-size',
  'tmpfs-mode': 'tmpfs-mode',
};

/** Keys that need no value. */
const SWITCHES: ReadonlySet<string> = new Set(['readonly', 'volume-nocopy', 'idmap']);

const EVERYWHERE = ['type', 'target'];

const OF_VOLUMES = ['volume-nocopy', 'volume-driver', 'volume-opt', 'volume-label'];

/** The keys of each type. */
const KEYS_OF: Readonly<Record<string, readonly string[]>> = {
  bind: [...EVERYWHERE, 'source', 'readonly', 'bind-propagation', 'idmap'],
  volume: [...EVERYWHERE, 'source', 'readonly', 'idmap', ...OF_VOLUMES],
  tmpfs: [...EVERYWHERE, 'tmpfs-size', 'tmpfs-mode'],
};

type Field = readonly [string, string];
type Fields = ReadonlyMap<string, string>;

/** `--mount type=bind|volume|tmpfs,source=…,target=…,readonly,…`, a line of CSV. Throws UserError (2). */
export function parseMountFlag(value: string): MountRequest {
  const given = readCsvLine(value).map((field) => keyAndValue(field, value));
  const fields: Fields = new Map(given);
  const target = checkTarget(fields.get('target') ?? missing('target', value));
  const type = fields.get('type') ?? 'volume';
  refuseKeysOfOthers(fields, type, value);
  if (type === 'bind') return bind(fields, target, value);
  if (type === 'volume') return volume(fields, target, given);
  return { type: 'tmpfs', target, options: tmpfsOptions(fields) };
}

function keyAndValue(field: string, value: string): Field {
  const [key = '', given] = field.split(/=(.*)/s);
  const name = Object.hasOwn(KEYS, key) ? (KEYS[key] as string) : undefined;
  if (name === undefined) {
    const allowed = Object.keys(KEYS).join(', ');
    throw new UserError(`unexpected key '${key}' in "--mount ${value}"`, 2, `Allowed: ${allowed}.`);
  }
  if (given === undefined && !SWITCHES.has(name)) {
    throw new UserError(`invalid field '${field}' in "--mount ${value}": must be a key=value pair`, 2);
  }
  return [name, given ?? 'true'];
}

/** Keys without effect are refused: a mount that is to be read-only must not be writable. */
function refuseKeysOfOthers(fields: Fields, type: string, value: string): void {
  const keys = Object.hasOwn(KEYS_OF, type) ? KEYS_OF[type] : undefined;
  if (!keys)
    throw new UserError(`invalid mount type: ${type} in "--mount ${value}"`, 2, 'Allowed: bind, volume, tmpfs.');
  const other = [...fields.keys()].find((key) => !keys.includes(key));
  if (other === undefined) return;
  const message = `cannot mix '${other}' with mount type '${type}' in "--mount ${value}"`;
  throw new UserError(message, 2, `${type} takes ${keys.join(', ')}.`);
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
  return { type: 'bind', source, target, ...options, ...(isSet(fields, 'idmap') && { idmap: true }) };
}

function volume(fields: Fields, target: string, given: readonly Field[]): MountRequest {
  const name = fields.get('source');
  const [options, labels] = ['volume-opt', 'volume-label'].map((key) => mapOf(given, key)) as [GivenMap, GivenMap];
  checkDriver(name ?? 'a volume', fields.get('volume-driver') || 'local', options);
  return {
    ...{ type: 'volume', name, target, readOnly: isSet(fields, 'readonly'), copy: !isSet(fields, 'volume-nocopy') },
    ...(Object.keys({ ...options, ...labels }).length > 0 && { asked: { options, labels } }),
  };
}

type GivenMap = Readonly<Record<string, string>>;

/** All values of a key that may come more than once, `KEY=VALUE` each. */
function mapOf(given: readonly Field[], key: string): GivenMap {
  const pairs = given.filter(([name]) => name === key).map(([, word]) => [...word.split(/=(.*)/s), ''].slice(0, 2));
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

function tmpfsOptions(fields: Fields): string {
  const [size, mode] = [fields.get('tmpfs-size'), fields.get('tmpfs-mode')];
  if (mode !== undefined && !/^[0-7]{1,4}$/.test(mode)) {
    throw new UserError(`invalid tmpfs-mode: ${mode}`, 2, 'A mode in octal, such as 1777.');
  }
  const options = [size !== undefined && `size=${parseSize('--mount tmpfs-size', size)}`, mode && `mode=${mode}`];
  return options.filter(Boolean).join(',');
}

/** The words that Go's strconv.ParseBool() knows, and so docker. */
function isSet(fields: Fields, key: string): boolean {
  const word = fields.get(key) ?? 'false';
  if (/^(1|t|T|true|True|TRUE)$/.test(word)) return true;
  if (/^(0|f|F|false|False|FALSE)$/.test(word)) return false;
  throw new UserError(`invalid value for ${key}: ${JSON.stringify(word)}`, 2, 'true, false, or the key alone.');
}

function missing(key: string, value: string): never {
  throw new UserError(`invalid mount config: "--mount ${value}" has no ${key}`, 2, `Add ${key}=/…`);
}
