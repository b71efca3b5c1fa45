import { isIP, isIPv6 } from 'node:net';
import { UserError } from '../../kernel/errors/user-error.js';

/** The names of this machine that a browser on it uses; every other one may be a rebound name of somebody's web site. */
export const LOCAL = ['127.0.0.1', 'localhost'];

/** All addresses of a machine: they say where to listen, and name no machine. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** Where a server listens, and by which names browsers may call it. */
export interface Hosts {
  readonly address: string;
  /** As they stand in an address: `[fe80::1]`. */
  readonly names: readonly string[];
}

/** What `--host`, perhaps several times, means: the first is where to listen, all are names. Throws UserError (2) for what can be none. */
export function parseHosts(given: readonly string[]): Hosts {
  for (const host of given) if (!isHost(host)) throw noHost(host);
  // Not `localhost`, which may be another address; and no other machine can reach it.
  const [address = '127.0.0.1'] = given;
  const named = given.filter((host) => !EVERYWHERE.includes(host)).map((host) => inAddress(host.toLowerCase()));
  return { address, names: [...new Set([...LOCAL, ...named])] };
}

/** The name in the address that is printed: what was asked for, where that names a machine. */
export function shownName({ address, names }: Hosts): string {
  return names.find((name) => name === inAddress(address.toLowerCase())) ?? '127.0.0.1';
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);
}

function inAddress(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function noHost(text: string): UserError {
  return new UserError(
    `--host "${text}" is no address and no name`,
    2,
    'Such as --host 0.0.0.0, all addresses of this machine, or --host 192.168.1.5, one of them.',
  );
}
