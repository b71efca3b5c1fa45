/** Why a registry could not do something, in words. */
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { Refusal } from './answers.js';
import { HUB } from './hosts.js';

/** What was asked for. */
export interface Asked {
  /** As in names: `docker.io`, `localhost:5000`. */
  readonly host: string;
  readonly repository: string;
  /** What it is about: `manifest 1.36`, `blob sha256:…`. */
  readonly what: string;
}

/** A UserError (3) that says why, and what to do; anything that is no answer of a registry, and no trouble of a network, as it is. */
export function explained(error: unknown, asked: Asked): unknown {
  const { sentOnTo } = Object(error) as { sentOnTo?: string };
  if (error instanceof Refusal) return refused(error, asked, sentOnTo);
  const code = errorCode(error);
  const words = code === undefined ? undefined : unreachable(code, (error as Error).message, sentOnTo ?? asked.host);
  const before = sentOnTo === undefined ? '' : `${asked.host} sends on to ${sentOnTo}: `;
  return words ? new UserError(`${before}${words[0]}`, 3, words[1]) : error;
}

function refused(refusal: Refusal, asked: Asked, sentOnTo?: string): UserError {
  const [message, remedy] = sentOnTo ? byAnother(refusal, asked, sentOnTo) : inWords(refusal, asked);
  return new UserError(message, 3, remedy);
}

type Words = readonly [message: string, remedy?: string];

/** A store of blobs is told no password, and has none for us: the address that the registry gives is signed (S3: 403 when it has run out). */
function byAnother({ status, message }: Refusal, { host, repository, what }: Asked, sentOnTo: string): Words {
  return [
    `${host} sends on to ${sentOnTo}, which answers ${message} to a request for ${what} of ${repository}`,
    status === 401 || status === 403
      ? 'To log in helps nothing there. The address may be signed, and have run out: try again, which has a new one.'
      : 'Try again later; if it stays so, it is for those who run the registry.',
  ];
}

function inWords(refusal: Refusal, { host, repository, what }: Asked): Words {
  const { status, message } = refusal;
  if (status === 404)
    return [
      `${host} has no ${what} of ${repository}, or no repository of this name (it does not tell which): ${message}`,
    ];
  if (status === 401 || status === 403)
    return [
      `access to ${repository} at ${host} is denied: it does not exist, or is not for everybody: ${message}`,
      loginTo(host),
    ];
  if (status === 429) {
    const wait = refusal.retryAfter === undefined ? 'Try later' : `Try again in ${refusal.retryAfter} s`;
    return [
      `${host} has had too many requests from here: ${message}`,
      `${wait}; with an account more are allowed: ${loginTo(host)}`,
    ];
  }
  if (refusal.has('DIGEST_INVALID'))
    return [
      `${host} has received other content than was sent: ${message}`,
      'Something between changes it, such as a proxy.',
    ];
  if (refusal.has('MANIFEST_BLOB_UNKNOWN'))
    return [`${host} lacks a blob of ${what}: ${message}`, 'Push again: it may have been removed there meanwhile.'];
  if (status === 405 || refusal.has('UNSUPPORTED'))
    return [`${host} does not allow that: ${message}`, 'A mirror can only be read.'];
  if (status === 413)
    return [
      `${what} is too large for ${host}: ${message}`,
      'A web server before it may have a limit: client_max_body_size of nginx.',
    ];
  return [`${host} answers ${message || status} to a request for ${what} of ${repository}`];
}

function loginTo(host: string): string {
  return host === HUB ? 'tslab login' : `tslab login ${host}`;
}

/** Codes of certificates that nobody vouches for. */
export const UNTRUSTED: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** run and build have no such option: what they need is pulled before. */
const WHOSE = 'of pull, push and login';

/** Why a host is not reached, and what to do where it is a registry: codes of getaddrinfo(3), connect(2), and OpenSSL. */
export function unreachable(code: string, message: string, host: string): Words | undefined {
  if (UNTRUSTED.includes(code))
    return [
      `the certificate of ${host} is signed by nobody whom this machine trusts (${code})`,
      `Put the certificate of its authority at /etc/docker/certs.d/${host}/ca.crt; or, without any protection: --tls-verify=false ${WHOSE}`,
    ];
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return [`the certificate of ${host} is for others: ${message}`, 'Name the registry as its certificate does.'];
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return [`the certificate of ${host} is not valid now (${code})`, 'Is the clock of this machine right? date'];
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return [
      `${host} does not answer with TLS: ${firstLine(message)}`,
      `A registry without TLS: --tls-verify=false ${WHOSE}`,
    ];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return [
      `the host ${host} is not found (${code})`,
      /[.:]|^[^A-Z]*$/.test(host)
        ? 'Is its name right, and has this machine a network? tslab images lists what is here.'
        : `With a capital it is a host; repositories of Docker Hub have none: ${host.toLowerCase()}/…`,
    ];
  if (code === 'ECONNREFUSED')
    return [`nothing answers at ${host} (${code})`, 'Does the registry run, and at this port?'];
  if (/^E(?:HOST|NET)UNREACH$|^ETIMEDOUT$|^ENOANSWER$/.test(code))
    return [`${host} is not reached (${code}): ${message}`, 'Behind a proxy: HTTPS_PROXY=http://HOST:PORT'];
  if (code === 'EPROXY')
    return [
      message,
      'HTTPS_PROXY (HTTP_PROXY without TLS) names it: http://[NAME:PASSWORD@]HOST:PORT; NO_PROXY the hosts that are asked without it.',
    ];
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return [`the connection to ${host} breaks again and again: ${message}`];
  return code.startsWith('HPE_') ? [`${host} does not answer as a web server does: ${message}`] : undefined;
}

function firstLine(text: string): string {
  return text.split('\n')[0] as string;
}
