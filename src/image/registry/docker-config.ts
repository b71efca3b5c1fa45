/** Docker's config.json, in which credentials are, or the names of the programs that keep them. */
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { makeDirectories } from '../../kernel/files/make-directories.js';
import { map, orNull, record, text } from '../../kernel/parser.js';
import { writeAtomically } from '../../state/atomic.js';

export interface DockerConfig {
  readonly auths?: Readonly<Record<string, StoredAuth>> | undefined;
  /** A helper for each host. */
  readonly credHelpers?: Readonly<Record<string, string>> | undefined;
  /** A helper for all others. */
  readonly credsStore?: string | undefined;
}

/** Without a field where a helper has the rest. */
export interface StoredAuth {
  /** `name:password`, base64. */
  readonly auth?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identitytoken?: string | undefined;
}

const stored = record<StoredAuth>({
  auth: orNull(text),
  username: orNull(text),
  password: orNull(text),
  identitytoken: orNull(text),
});
const parseConfig = record<DockerConfig>({
  auths: orNull(map(stored)),
  credHelpers: orNull(map(text)),
  credsStore: orNull(text),
});

/** `~/.docker/config.json`, or that of DOCKER_CONFIG, whether or not it is there. */
export function dockerConfigPath(environment: NodeJS.ProcessEnv = process.env, home = homedir()): string {
  return join(environment.DOCKER_CONFIG || join(home, '.docker'), 'config.json');
}

/** Throws UserError (2) where it cannot be read. */
export function readDockerConfig(path = dockerConfigPath()): DockerConfig {
  return withWords(path, () => parseConfig(readWhole(path), ''));
}

/** Replaces the credentials of some hosts; nobody else may read the file then, and what else is in it stays. Throws UserError (2). */
export function changeAuths(
  change: (auths: Readonly<Record<string, StoredAuth>>) => object,
  path = dockerConfigPath(),
): void {
  withWords(path, () => {
    const whole = readWhole(path);
    const auths = change(parseConfig(whole, '').auths ?? {});
    makeDirectories(dirname(path), (one) => mkdirSync(one, { mode: 0o700 }));
    // It may be a link into a directory of settings that is kept elsewhere.
    const target = existsSync(path) ? realpathSync(path) : path;
    writeAtomically(target, `${JSON.stringify({ ...whole, auths }, null, '\t')}\n`);
    chmodSync(target, 0o600);
  });
}

function readWhole(path: string): object {
  const json = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return json.trim() === '' ? {} : JSON.parse(json);
}

function withWords<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UserError(
      `${path} cannot be used: ${(error as Error).message}`,
      2,
      'Put it right, or name another directory by DOCKER_CONFIG.',
    );
  }
}
