/** Networks of addresses, as arithmetic: an address is a number of 32 or of 128 bits, a network those that begin with the same bits. */
import { addressBytes, addressText, isIP } from '../kernel/sockets/ip-address.js';

/** `172.30.0.0/16` */
export interface Prefix {
  /** Of an address: 32 or 128. */
  readonly bits: number;
  readonly first: bigint;
  /** The bits that all its addresses begin with. */
  readonly length: number;
}

/** Reads `172.30.0.0/16` or `fd00::/64`; bits behind the prefix are taken away. Undefined for what is none. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', digits = '', ...rest] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || !/^\d{1,3}$/.test(digits) || rest.length > 0) return undefined;
  const bits = bitsOf(address);
  const length = Number(digits);
  if (length > bits) return undefined;
  const hostBits = BigInt(bits - length);
  return { bits, length, first: (numberOf(address) >> hostBits) << hostBits };
}

/** The prefix of a text that is known to be one, as of a file of ours or the kernel. */
export function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!prefix) throw new RangeError(`${JSON.stringify(text)} is no network`);
  return prefix;
}

export function prefixText(prefix: Prefix): string {
  return `${nth(prefix, 0n)}/${prefix.length}`;
}

/** How many addresses it has. */
export function sizeOf({ bits, length }: Prefix): bigint {
  return 1n << BigInt(bits - length);
}

/** Its address of a number, from 0. */
export function nth({ bits, first }: Prefix, n: bigint): string {
  const hex = (first + n).toString(16).padStart(bits / 4, '0');
  return addressText(Buffer.from(hex, 'hex'));
}

/** The number of an address in it. */
export function placeOf({ first }: Prefix, address: string): bigint {
  return numberOf(address) - first;
}

export function holds(prefix: Prefix, address: string): boolean {
  if (bitsOf(address) !== prefix.bits) return false;
  const place = placeOf(prefix, address);
  return place >= 0n && place < sizeOf(prefix);
}

/** Whether they have addresses in common: then one lies in the other. */
export function meet(one: Prefix, other: Prefix): boolean {
  return holds(one, nth(other, 0n)) || holds(other, nth(one, 0n));
}

/** Whether all addresses of the second are of the first. */
export function encloses(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && holds(outer, nth(inner, 0n));
}

/** The same address as each text of it. Throws RangeError for what is none. */
export function canonical(address: string): string {
  return addressText(addressBytes(address));
}

function bitsOf(address: string): number {
  return addressBytes(address).length * 8;
}

function numberOf(address: string): bigint {
  return BigInt(`0x${addressBytes(address).toString('hex')}`);
}
