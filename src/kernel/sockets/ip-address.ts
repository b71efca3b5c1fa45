/** Addresses of IPv4 and IPv6 as text and as the bytes that go over the wire, the most significant first. */

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^(?:${BYTE}\\.){3}${BYTE}$`);
const GROUPS = 8;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** 4, 6, or 0 for what is no address. As node:net has it, which loads streams and sockets with it: 6 ms of each start with a network. */
export function isIP(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** With a zone, too: `fe80::1%eth0`. */
export function isIPv6(text: string): boolean {
  const bare = text.replace(/%[0-9a-zA-Z.:-]+$/, '');
  const last = bare.slice(bare.lastIndexOf(':') + 1);
  const halves = (isIPv4(last) ? withoutIpv4(bare) : bare).split('::');
  const given = halves.flatMap((half) => (half === '' && halves.length > 1 ? [] : half.split(':')));
  const isWhole = halves.length === 1 ? given.length === GROUPS : halves.length === 2 && given.length < GROUPS;
  return isWhole && given.every((group) => GROUP.test(group));
}

/** The four or sixteen bytes of an address. Throws RangeError for what is none; a zone (`%eth0`) is no part of an address. */
export function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  if (isIPv6(text) && !text.includes('%')) return ipv6Bytes(text);
  throw new RangeError(`${JSON.stringify(text)} is no IP address`);
}

function ipv6Bytes(text: string): Buffer {
  const [head = '', tail] = withoutIpv4(text).split('::');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array<number>(GROUPS - front.length - back.length).fill(0);
  const bytes = Buffer.alloc(2 * GROUPS);
  [...front, ...zeros, ...back].forEach((group, i) => {
    bytes.writeUInt16BE(group, 2 * i);
  });
  return bytes;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** `::ffff:10.0.0.1` ends with an address of IPv4, which takes two groups (RFC 4291, 2.2). */
function withoutIpv4(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

/** The text of four or sixteen bytes, that of IPv6 as RFC 5952 wants it. Throws RangeError for another number of bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 2 * GROUPS)
    throw new RangeError(`an IP address has 4 or 16 bytes, and this one ${bytes.length}`);
  const view = Buffer.from(bytes);
  const parts = Array.from({ length: GROUPS }, (_, i) => view.readUInt16BE(2 * i));
  const [start, length] = longestZeros(parts);
  const hex = (from: number, to: number) =>
    parts
      .slice(from, to)
      .map((part) => part.toString(16))
      .join(':');
  return length < 2 ? hex(0, GROUPS) : `${hex(0, start)}::${hex(start + length, GROUPS)}`;
}

/** Where the longest run of zeros begins, the first of equal ones, and its length. */
function longestZeros(parts: readonly number[]): readonly [start: number, length: number] {
  let longest: readonly [number, number] = [0, 0];
  for (let start = 0; start < parts.length; start++) {
    const end = parts.findIndex((part, i) => i >= start && part !== 0);
    const length = (end === -1 ? parts.length : end) - start;
    if (length > longest[1]) longest = [start, length];
  }
  return longest;
}
