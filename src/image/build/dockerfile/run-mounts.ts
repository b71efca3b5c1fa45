/** `--mount` of RUN. Source: Dockerfile reference, "RUN --mount". */
import { UserError } from '../../../kernel/errors/user-error.js';

/** What is mounted while an instruction runs. */
export type RunMount =
  | {
      readonly type: 'bind';
      /** A stage or an image; undefined: the context. */
      readonly from: string | undefined;
      readonly source: string;
      readonly target: string;
    }
  | {
      readonly type: 'cache';
      /** Which directory: others of the same name are the same. */
      readonly id: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly size: number | undefined };

const KEYS: Readonly<Record<RunMount['type'], readonly string[]>> = {
  bind: ['type', 'target', 'source', 'from', 'ro', 'readonly'],
  cache: ['type', 'target', 'id', 'sharing', 'ro', 'readonly', 'mode', 'uid', 'gid'],
  tmpfs: ['type', 'target', 'size'],
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
  if (type === 'secret' || type === 'ssh')
    throw new UserError(
      `--mount=type=${type} is not there: what is secret is kept out of images by a stage of its own, which is not the last`,
      1,
    );
  if (!isKnown(type)) throw new UserError(`unsupported mount type ${JSON.stringify(type)}: bind, cache or tmpfs`, 1);
  for (const key of fields.keys())
    if (!KEYS[type].includes(key))
      throw new UserError(`unexpected key ${JSON.stringify(key)} of --mount=type=${type}`, 1);
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
  return { type: 'bind', from: fields.get('from') || undefined, source: fields.get('source') || '/', target };
}

function cache(fields: Fields, target: string): RunMount {
  const sharing = fields.get('sharing') ?? 'shared';
  if (!['shared', 'private', 'locked'].includes(sharing))
    throw new UserError(`unsupported sharing value ${JSON.stringify(sharing)}: shared, private or locked`, 1);
  const isReadOnly = ['ro', 'readonly'].some((key) => fields.has(key) && fields.get(key) !== 'false');
  const ids = { uid: numberOf(fields, 'uid', 10), gid: numberOf(fields, 'gid', 10) };
  const mode = fields.has('mode') ? numberOf(fields, 'mode', 8) : 0o755;
  return { type: 'cache', id: fields.get('id') || target, target, readOnly: isReadOnly, mode, ...ids };
}

function tmpfs(fields: Fields, target: string): RunMount {
  return { type: 'tmpfs', target, size: fields.has('size') ? numberOf(fields, 'size', 10) : undefined };
}

function numberOf(fields: Fields, key: string, base: 8 | 10): number {
  const value = fields.get(key) ?? '0';
  if ((base === 8 ? /^[0-7]{1,5}$/ : /^\d{1,15}$/).test(value)) return Number.parseInt(value, base);
  throw new UserError(`${key}=${value} of --mount is no ${base === 8 ? 'octal ' : ''}number`, 1);
}
