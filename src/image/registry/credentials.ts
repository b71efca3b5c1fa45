import { UserError } from '../../kernel/errors/user-error.js';
import { askHelper, type Credentials, eraseInHelper, tellHelper } from './credential-helper.js';
import {
  changeAuths,
  type DockerConfig,
  dockerConfigPath,
  readDockerConfig,
  type StoredAuth,
} from './docker-config.js';
import { credentialsKey } from './hosts.js';

/** The credentials for a host: of its helper, of the one for all, or of the file; undefined: anonymous. Throws UserError (2). */
export function findCredentials(host: string, config: DockerConfig = readDockerConfig()): Credentials | undefined {
  const key = credentialsKey(host);
  const helper = helperFor(key, config);
  const kept = helper === undefined ? undefined : askHelper(helper, key);
  return kept ?? inFile(host, config);
}

function helperFor(key: string, { credHelpers = {}, credsStore }: DockerConfig): string | undefined {
  return (Object.hasOwn(credHelpers, key) ? credHelpers[key] : undefined) || credsStore || undefined;
}

/** Others have written a URL in the place of the host. */
function inFile(host: string, { auths = {} }: DockerConfig): Credentials | undefined {
  const key = credentialsKey(host);
  const found =
    Object.entries(auths).find(([one]) => one === key) ?? Object.entries(auths).find(([one]) => hostOf(one) === host);
  return found && credentialsOf(...found);
}

/** `https://host/v2/` is for `host`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function credentialsOf(key: string, stored: StoredAuth): Credentials | undefined {
  const { auth, identitytoken: identityToken } = stored;
  const [, name, secret = ''] = /^([^:]*):(.*?)\0*$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  const { username = name, password = secret } = stored;
  if (identityToken) return { username: username ?? '', password, identityToken };
  if (auth && name === undefined)
    throw new UserError(
      `${dockerConfigPath()}: auths[${JSON.stringify(key)}].auth is no base64 of NAME:PASSWORD`,
      2,
      `tslab login ${hostOf(key)}`,
    );
  return username === undefined ? undefined : { username, password };
}

/** Where credentials are kept: by a helper, or in a file, which holds them in the clear. */
export type Keeper = { readonly helper: string } | { readonly file: string };

/** Keeps them as Docker does, for all that read its config.json. Throws UserError (2). */
export function keepCredentials(host: string, credentials: Credentials): Keeper {
  const key = credentialsKey(host);
  const helper = helperFor(key, readDockerConfig());
  if (helper !== undefined) tellHelper(helper, key, credentials);
  // With a helper the entry is empty, as docker leaves it: it tells that there is one.
  changeAuths((auths) => ({ ...auths, [key]: helper === undefined ? inClear(credentials) : {} }));
  return helper === undefined ? { file: dockerConfigPath() } : { helper };
}

function inClear({ username, password, identityToken }: Credentials): StoredAuth {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return { auth, ...(identityToken !== undefined && { identitytoken: identityToken }) };
}

/** Forgets them. Returns whether there were any. Throws UserError (2). */
export function dropCredentials(host: string): boolean {
  const key = credentialsKey(host);
  const config = readDockerConfig();
  const helper = helperFor(key, config);
  const had = (helper !== undefined && askHelper(helper, key) !== undefined) || inFile(host, config) !== undefined;
  if (!had) return false;
  if (helper !== undefined) eraseInHelper(helper, key);
  changeAuths((auths) =>
    Object.fromEntries(Object.entries(auths).filter(([one]) => one !== key && hostOf(one) !== host)),
  );
  return true;
}
