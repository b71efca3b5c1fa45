import { type DnsConfig, HOST_GATEWAY } from '../../../container/record.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { isIP } from '../../../kernel/sockets/ip-address.js';
import { invalid } from '../refuse.js';

/** What a container knows of names, as given. */
export interface NameFlags {
  readonly dns?: readonly string[];
  readonly dnsSearch?: readonly string[];
  readonly dnsOption?: readonly string[];
  readonly addHost?: readonly string[];
}

/** Undefined where nothing is said, and the host's counts. Throws UserError (2). */
export function parseDns({ dns = [], dnsSearch = [], dnsOption = [] }: NameFlags): DnsConfig | undefined {
  if (dns.length + dnsSearch.length + dnsOption.length === 0) return undefined;
  return { servers: dns.map(checkServer), search: dnsSearch.map(checkDomain), options: dnsOption.map(checkOption) };
}

function checkServer(value: string): string {
  const address = value.trim();
  if (isIP(address) > 0) return address;
  throw invalid('--dns', value, `IP address is not correctly formatted: ${value}`);
}

/** docker/cli, opts.ValidateDNSSearch(): `.` is for no domain at all. */
function checkDomain(value: string): string {
  const domain = value.trim();
  const isDomain = /^[\p{L}\p{N}]([-_\p{L}\p{N}.]*[\p{L}\p{N}])?\.?$/u.test(domain) && domain.length <= 255;
  if (domain === '.' || isDomain) return domain;
  throw invalid('--dns-search', value, `${value} is not a valid domain`);
}

/** It is a word of a line of /etc/resolv.conf: `ndots:2`. */
function checkOption(value: string): string {
  if (/^[\w:.-]+$/.test(value)) return value;
  throw invalid('--dns-option', value, 'a word such as ndots:2 (resolv.conf(5))');
}

/**
 * `NAME:ADDRESS` or `NAME=ADDRESS`, where an address of IPv6 may have brackets (docker/cli, opts.ValidateExtraHost()). Returns it with a
 * colon. Throws UserError (2); a name that could not stand in a line of hosts(5) is refused, too.
 */
export function parseExtraHost(value: string): string {
  const [name = '', given = ''] = value.split(value.includes('=') ? /=(.*)/s : /:(.*)/s);
  if (!/^[^\s:#]+$/.test(name) || given === '') {
    throw new UserError(`bad format for add-host: ${JSON.stringify(value)}`, 2, 'NAME:ADDRESS, such as db:10.0.0.2.');
  }
  const address = /^\[(.+)\]$/.exec(given)?.[1] ?? given;
  if (address === HOST_GATEWAY || isIP(address) > 0) return `${name}:${address}`;
  const message = `invalid IP address in add-host: ${JSON.stringify(given)}`;
  throw new UserError(message, 2, `An address of IPv4 or IPv6, or ${HOST_GATEWAY}.`);
}
