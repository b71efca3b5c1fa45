import { UserError } from '../kernel/errors/user-error.js';
import { type Digest, isDigest } from './digest.js';

/** What a name of an image means: where it comes from, and which one (distribution/reference, the grammar of Docker). */
export interface Reference {
  /** `docker.io`, `localhost:5000` */
  readonly host: string;
  /** `library/busybox` */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const VALID_HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?$`);
/** A first part that is a host has a dot, a port, or is localhost. */
const HOST = /^(?:localhost|[^/]*[.:][^/]*|[^/]*[A-Z][^/]*)$/;

/** Docker Hub's older name (distribution/reference, normalize.go). */
const OLD_HUB = 'index.docker.io';
/** Of the name without its host (distribution/reference, RepositoryNameTotalLengthMax). */
const LONGEST_NAME = 255;

/** Parses `[HOST/]NAME[:TAG][@DIGEST]`. Without a tag and digest it is `latest`. Throws UserError (2). */
export function parseReference(text: string): Reference {
  const [, name = '', digest] = /^([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  const [, path = '', tag] = /^(.*?)(?::([^:/]*))?$/.exec(name) ?? [];
  const [first = '', ...others] = path.split('/');
  const isHost = others.length > 0 && HOST.test(first);
  const rest = isHost ? others.join('/') : path;
  const host = isHost && first !== OLD_HUB ? first : 'docker.io';
  const repository = host === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const wrong = whatIsWrong({ text, host, rest, tag, digest });
  if (wrong) throw invalid(text, ...wrong);
  return { host, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest: digest as Digest };
}

interface Parts {
  readonly text: string;
  readonly host: string;
  readonly rest: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const FORMAT = 'invalid reference format';

/** What is said of it, and what to do; undefined where it is right. */
function whatIsWrong({ text, host, rest, tag, digest }: Parts): readonly [what: string, remedy: string] | undefined {
  const [scheme] = /^[a-z]+:\/\//i.exec(text) ?? [];
  if (scheme) return [FORMAT, `Names have no ${scheme} in front: ${text.slice(scheme.length).replace(/\/+$/, '')}`];
  if (/[A-Z]/.test(rest)) return ['repository name must be lowercase', `Did you mean ${inLowercase(text, rest)}?`];
  if (!REPOSITORY.test(rest)) return [FORMAT, EXAMPLES];
  const ofHost = whatIsWrongWith(host);
  if (ofHost) return ofHost;
  if (/^[0-9a-f]{64}$/.test(rest)) return ['64 hexadecimal digits are an ID, and no name', `sha256:${rest}`];
  if (rest.length > LONGEST_NAME) return [`a name has at most ${LONGEST_NAME} characters`, EXAMPLES];
  if (tag !== undefined && !TAG.test(tag))
    return [
      FORMAT,
      'A tag has letters, digits, _, . and -, begins with none of the last two, and has at most 128 characters.',
    ];
  if (digest !== undefined && !isDigest(digest)) return [FORMAT, 'A digest is sha256: and 64 digits from 0 to f.'];
  return undefined;
}

/** A first part that is a host by its capitals alone was meant as a user's name: `Team/App` is `team/app`. */
function inLowercase(text: string, rest: string): string {
  const lower = text.replace(rest, rest.toLowerCase());
  return lower.replace(/^[^/:.]+(?=\/)/, (first) => first.toLowerCase());
}

function whatIsWrongWith(host: string): readonly [what: string, remedy: string] | undefined {
  if (!VALID_HOST.test(host)) return [FORMAT, EXAMPLES];
  if (Number(/:(\d+)$/.exec(host)?.[1] ?? 1) <= 65_535) return undefined;
  return [`${host} has no port that there is`, 'Ports go from 1 to 65535.'];
}

/** Returns it. Throws UserError (2) for what is no `HOST[:PORT]`. */
export function checkHost(host: string): string {
  const wrong = whatIsWrongWith(host);
  if (!wrong) return host;
  throw new UserError(
    `invalid registry ${JSON.stringify(host)}`,
    2,
    'Such as ghcr.io, localhost:5000; ports go to 65535.',
  );
}

const EXAMPLES = 'Such as busybox, busybox:1.36, localhost:5000/team/app@sha256:…';

/** The whole name that an image is to get. Throws UserError: 2 for what is no name, 1 for a digest. */
export function parseNewName(text: string): string {
  const reference = parseReference(text);
  if (reference.repository === 'library/sha256')
    throw new UserError('refusing to create an ambiguous tag using digest algorithm as name', 1, 'Such as app:1.');
  if (reference.digest === undefined) return fullName(reference);
  throw new UserError('refusing to create a tag with a digest reference', 1, 'A digest follows from the content.');
}

/** All of it: `docker.io/library/busybox:latest`. */
export function fullName({ host, repository, tag, digest }: Reference): string {
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The name by which the store has what a reference means: a digest says all, so that no tag is kept beside it, as with Docker. */
export function storedName(reference: Reference): string {
  return fullName(reference.digest === undefined ? reference : { ...reference, tag: undefined });
}

/** As people write it: `busybox:latest`. */
export function familiarName(full: string): string {
  return full.replace(/^docker\.io\/(?:library\/)?/, '');
}

function invalid(text: string, what: string, remedy: string): UserError {
  return new UserError(`invalid reference ${JSON.stringify(text)}: ${what}`, 2, remedy);
}
