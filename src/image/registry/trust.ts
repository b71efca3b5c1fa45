import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { rootCertificates } from 'node:tls';
import { isLoopback } from './hosts.js';

/** Whom a connection trusts, and who we are to it. */
export interface Trust extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  readonly rejectUnauthorized: boolean;
}

/** How a host is spoken to: the first of these that answers. */
export type Scheme = 'https' | 'unverified https' | 'http';

/**
 * With TLS, and a certificate that is verified. A host that nobody else hears, or with which that is not wanted (`--tls-verify=false`), without too, as
 * with Docker's insecure-registries; not where there is a certificate authority of its own.
 */
export function schemesOf(
  host: string,
  tlsVerify: boolean | undefined,
  directories = certificateDirectories(),
): Scheme[] {
  const isOwn = directories.some((directory) => existsSync(join(directory, host)));
  const isInsecure = tlsVerify === false || (tlsVerify === undefined && isLoopback(host) && !isOwn);
  return isInsecure ? ['unverified https', 'http'] : ['https'];
}

/** Where Docker and podman look for `HOST:PORT/*.crt` (authorities), `*.cert` and `*.key` (a client's own), root's and the user's. */
export function certificateDirectories(environment: NodeJS.ProcessEnv = process.env, home = homedir()): string[] {
  const config = environment.XDG_CONFIG_HOME || join(home, '.config');
  return [join(config, 'docker/certs.d'), '/etc/docker/certs.d', '/etc/containers/certs.d'];
}

/** Reads the certificates for a host: those of this machine, and its own. */
export function trustFor(host: string, verify: boolean, directories = certificateDirectories()): Trust {
  const directory = directories.map((one) => join(one, host)).find((one) => existsSync(one));
  const read = (ending: string) =>
    directory === undefined
      ? []
      : namesIn(directory, ending).map((name) => readFileSync(join(directory, name), 'utf8'));
  const [[cert], [key]] = [read('.cert'), read('.key')];
  return {
    rejectUnauthorized: verify,
    ...(verify && { ca: [...rootCertificates, ...systemAuthorities(), ...read('.crt')] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  };
}

function namesIn(directory: string, ending: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort();
}

/** Node has Mozilla's list alone; an administrator adds to these (Go, crypto/x509/root_linux.go). */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

function systemAuthorities(): string[] {
  const given = process.env.SSL_CERT_FILE;
  const file = given ? given : SYSTEM_FILES.find((path) => existsSync(path));
  return file !== undefined && existsSync(file) ? [readFileSync(file, 'utf8')] : [];
}
