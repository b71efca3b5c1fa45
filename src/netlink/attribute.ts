/**
 * Attributes of netlink messages: a length and a type of 16 bits each, then the value, padded to four bytes. The length counts the header
 * and not the padding. Source: netlink(7), rtnetlink(7), include/uapi/linux/netlink.h.
 */
import { literal } from '../kernel/render.js';

/** An attribute, and how C would have it. */
export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
  /** `IFLA_MTU=1500` */
  readonly text: string;
}

const HEADER = 4;
/** The value is attributes again. */
const NLA_F_NESTED = 0x8000;
const TYPE = 0x3fff;

export function encodeAttributes(attributes: readonly Attribute[]): Buffer {
  return Buffer.concat(
    attributes.flatMap(({ type, value }) => [header(type, value.length), value, padding(value.length)]),
  );
}

function header(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt16LE(HEADER + length, 0);
  bytes.writeUInt16LE(type, 2);
  return bytes;
}

function padding(length: number): Buffer {
  return Buffer.alloc(-length & 3);
}

/** The attributes of some bytes, in order. Stops at the first that is cut off: what it says of its length cannot be true. */
export function* decodeAttributes(bytes: Buffer): Generator<{ readonly type: number; readonly value: Buffer }> {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < HEADER || at + length > bytes.length) return;
    yield { type: bytes.readUInt16LE(at + 2) & TYPE, value: bytes.subarray(at + HEADER, at + length) };
    at += (length + 3) & ~3;
  }
}

/** Attributes in words: `{IFLA_IFNAME="eth0", IFLA_MTU=1500}`. */
export function attributesText(attributes: readonly Attribute[]): string {
  return `{${attributes.map(({ text }) => text).join(', ')}}`;
}

/** The attributes that one kind of message can have, by the kernel's names. Numbers are in the byte order of this machine where nothing else is said. */
export class AttributeSet<Name extends string> {
  readonly #types: Readonly<Record<Name, number>>;
  readonly #names: ReadonlyMap<number, Name>;

  constructor(types: Readonly<Record<Name, number>>) {
    this.#types = types;
    this.#names = new Map(Object.entries<number>(types).map(([name, type]) => [type, name as Name]));
  }

  /** By name, for the test that compares them with the kernel's headers. */
  get types(): Readonly<Record<Name, number>> {
    return this.#types;
  }

  bytes(name: Name, value: Uint8Array, text = `/* ${value.length} bytes */`): Attribute {
    return { type: this.#types[name], value, text: `${name}=${text}` };
  }

  u8(name: Name, value: number): Attribute {
    return this.bytes(name, Uint8Array.of(value), String(value));
  }

  u16(name: Name, value: number): Attribute {
    return this.bytes(name, new Uint8Array(Uint16Array.of(value).buffer), String(value));
  }

  u32(name: Name, value: number, text = String(value)): Attribute {
    return this.bytes(name, new Uint8Array(Uint32Array.of(value).buffer), text);
  }

  /** In the order of the network: nftables has all its numbers so. */
  be16(name: Name, value: number): Attribute {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return this.bytes(name, bytes, String(value));
  }

  be32(name: Name, value: number, text = String(value)): Attribute {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value | 0);
    return this.bytes(name, bytes, text);
  }

  /** A C string. */
  string(name: Name, value: string): Attribute {
    return this.bytes(name, Buffer.from(`${value}\0`), literal(value));
  }

  nested(name: Name, attributes: readonly Attribute[]): Attribute {
    const nested = this.bytes(name, encodeAttributes(attributes), attributesText(attributes));
    return { ...nested, type: nested.type | NLA_F_NESTED };
  }

  /** The attributes of some bytes by name; those without a name here are left out, of several with one name the last counts. */
  read(bytes: Buffer): Partial<Record<Name, Buffer>> {
    const found: Partial<Record<Name, Buffer>> = {};
    for (const { type, value } of decodeAttributes(bytes)) {
      const name = this.#names.get(type);
      if (name !== undefined) found[name] = value;
    }
    return found;
  }
}

/** A C string of an attribute, as text. */
export function readString(value: Buffer | undefined): string {
  return value === undefined ? '' : value.toString('utf8').replace(/\0.*$/s, '');
}

/** A number of 32 bits; 0 where there is none. */
export function readU32(value: Buffer | undefined): number {
  return value !== undefined && value.length >= 4 ? value.readUInt32LE() : 0;
}
