/** `--mount` of RUN. Source: Dockerfile reference, "RUN --mount". */
import { posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { bytesIn } from '../../../oci/size.js';

/** What is mounted while an instruction runs. */
export type RunMount =
  | {
      readonly type: 'bind';
      /** A stage or an image; undefined: the context. */
      readonly from: string | undefined;
      readonly source: string;
      readonly target: string;
      /** What is written there goes nowhere; without `rw` nothing can be. */
      readonly readOnly: boolean;
    }
  | {
      readonly type: 'cache';
      /** Which directory: others of the same name are the same. */
      readonly id: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly sharing: Sharing;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | Secret
  | { readonly type: 'tmpfs'; readonly target: string; readonly size: number | undefined };

/** Who else may have a cache: anybody; nobody, who has another one then; nobody, who waits. */
export type Sharing = 'shared' | 'private' | 'locked';

/** What the user gives a build by `--secret` or `--ssh`, by its name there. */
export interface Secret {
  readonly type: 'secret' | 'ssh';
  readonly id: string;
  /** Undefined: only in the environment. */
  readonly target: string | undefined;
  /** The variable that has it, too. */
  readonly variable: string | undefined;
  readonly isRequired: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const ACCESS = ['ro', 'readonly', 'rw', 'readwrite'];

const KEYS: Readonly<Record<RunMount['type'], readonly string[]>> = {
  bind: ['type', 'target', 'source', 'from', ...ACCESS],
  cache: ['type', 'target', 'id', 'sharing', ...ACCESS, 'mode', 'uid', 'gid'],
  tmpfs: ['type', 'target', 'size'],
  secret: ['type', 'target', 'id', 'env', 'required', 'mode', 'uid', 'gid'],
  ssh: ['type', 'target', 'id', 'required', 'mode', 'uid', 'gid'],
};

const ALIASES: Readonly<Record<string, string>> = { dst: 'target', destination: 'target', src: 'source' };

/** Stages or images that a mount, as written, takes files from. */
export function fromOf(given: string): string[] {
  const from = fieldsOf(given).get('from');
  return from ? [from] : [];
}

/** Reads `type=cache,target=/root/.cache,…`. Paths are below `workdir`. Throws Error, whose message says what is wrong. */
export function parseRunMount(given: string, absolute: (path: string) => string): RunMount {
  const fields = fieldsOf(given);
  const type = fields.get('type') ?? 'bind';
  if (!isKnown(type))
    throw new UserError(`unsupported mount type ${JSON.stringify(type)}: bind, cache, tmpfs, secret or ssh`, 1);
  for (const key of fields.keys())
    if (!KEYS[type].includes(key))
      throw new UserError(`unexpected key ${JSON.stringify(key)} of --mount=type=${type}`, 1);
  if (type === 'secret' || type === 'ssh') return secret(type, fields, absolute);
  const target = fields.get('target');
  if (!target) throw new UserError('--mount has no target: --mount=type=cache,target=/root/.cache', 1);
  return { bind, cache, tmpfs }[type](fields, absolute(target));
}

function isKnown(type: string): type is RunMount['type'] {
  return Object.hasOwn(KEYS, type);
}

type Fields = ReadonlyMap<string, string>;

function fieldsOf(given: string): Map<string, string> {
  return new Map(
    given.split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      const key = name.toLowerCase();
      return [ALIASES[key] ?? key, value.join('=')] as const;
    }),
  );
}

function bind(fields: Fields, target: string): RunMount {
  const readOnly = isReadOnly(fields, true);
  return { type: 'bind', from: fields.get('from') || undefined, source: fields.get('source') || '/', target, readOnly };
}

function cache(fields: Fields, target: string): RunMount {
  const sharing = fields.get('sharing') ?? 'shared';
  if (sharing !== 'shared' && sharing !== 'private' && sharing !== 'locked')
    throw new UserError(`unsupported sharing value ${JSON.stringify(sharing)}: shared, private or locked`, 1);
  const readOnly = isReadOnly(fields, false);
  return { type: 'cache', id: fields.get('id') || target, target, readOnly, sharing, ...idsOf(fields, 0o755) };
}

/** The last word of several decides. */
function isReadOnly(fields: Fields, usual: boolean): boolean {
  const key = [...fields.keys()].findLast((one) => ACCESS.includes(one));
  return key === undefined
    ? usual
    : key.startsWith('ro') || key === 'readonly'
      ? isSet(fields, key)
      : !isSet(fields, key);
}

/** Where BuildKit puts them (Dockerfile reference, "RUN --mount=type=secret", "type=ssh"). */
function secret(type: Secret['type'], fields: Fields, absolute: (path: string) => string): Secret {
  const [given, variable] = [fields.get('target'), fields.get('env') || undefined];
  const id = fields.get('id') || (type === 'ssh' ? 'default' : posix.basename(given ?? ''));
  if (id === '') throw new UserError('--mount=type=secret has no id: --mount=type=secret,id=NAME', 1);
  const usual = type === 'ssh' ? '/run/buildkit/ssh_agent' : variable === undefined ? `/run/secrets/${id}` : undefined;
  const target = given ? absolute(given) : usual;
  const about = idsOf(fields, type === 'ssh' ? 0o600 : 0o400);
  return { type, id, target, variable, isRequired: isSet(fields, 'required'), ...about };
}

function isSet(fields: Fields, key: string): boolean {
  return fields.has(key) && fields.get(key) !== 'false';
}

function idsOf(fields: Fields, usualMode: number) {
  const mode = fields.has('mode') ? numberOf(fields, 'mode', 8) : usualMode;
  return { mode, uid: numberOf(fields, 'uid', 10), gid: numberOf(fields, 'gid', 10) };
}

function tmpfs(fields: Fields, target: string): RunMount {
  return { type: 'tmpfs', target, size: fields.has('size') ? sizeOf(fields) : undefined };
}

function sizeOf(fields: Fields): number {
  const value = fields.get('size') ?? '';
  const bytes = bytesIn(value);
  if (bytes !== undefined) return bytes;
  throw new UserError(`size=${value} of --mount is no size`, 1, 'A number and b, k, m, g or t: size=64m.');
}

function numberOf(fields: Fields, key: string, base: 8 | 10): number {
  const value = fields.get(key) ?? '0';
  if ((base === 8 ? /^[0-7]{1,5}$/ : /^\d{1,15}$/).test(value)) return Number.parseInt(value, base);
  throw new UserError(`${key}=${value} of --mount is no ${base === 8 ? 'octal ' : ''}number`, 1);
}
