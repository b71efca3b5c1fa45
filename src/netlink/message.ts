/** Messages of netlink(7): struct nlmsghdr, the header of the family, attributes. */
import { flagNames } from '../kernel/constants.js';
import { type Attribute, encodeAttributes } from './attribute.js';

/** A message as data: nothing is sent when one is made. */
export interface Message {
  readonly type: number;
  /** NLM_F_* beside NLM_F_REQUEST. */
  readonly flags: number;
  /** The struct of the family: ifinfomsg, ifaddrmsg, rtmsg, nfgenmsg … */
  readonly header: Uint8Array;
  readonly attributes: readonly Attribute[];
  /** `RTM_NEWADDR {AF_INET, ifa_prefixlen=16, ifa_index=1000, IFA_LOCAL=172.30.0.2}` */
  readonly text: string;
}

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** Of a request that changes: what is there is replaced; it must not be there; it is made where it is not there; it is put last. */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;
/** Of a request that asks: all there are. */
export const NLM_F_DUMP = 0x300;
const MESSAGE_FLAGS = { NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND };

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const HEADER = 16;

/** The name of a message with its fields and attributes, as the trace shows it. */
export function messageText(
  name: string,
  flags: number,
  fields: readonly string[],
  attributes: readonly Attribute[],
): string {
  const words = [...(flags ? [flagNames(MESSAGE_FLAGS, flags)] : []), ...fields, ...attributes.map(({ text }) => text)];
  return `${name} {${words.join(', ')}}`;
}

/** The bytes of a message. `more` are flags for how it is sent: NLM_F_ACK, NLM_F_DUMP. */
export function encodeMessage({ type, flags, header, attributes }: Message, sequence: number, more: number): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(HEADER), header, encodeAttributes(attributes)]);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(NLM_F_REQUEST | flags | more, 6);
  bytes.writeUInt32LE(sequence, 8);
  return bytes;
}

/** A message that came. */
export interface Received {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Behind struct nlmsghdr. */
  readonly payload: Buffer;
}

/** The messages of a datagram. Stops at the first that is cut off. */
export function decodeMessages(bytes: Buffer): Received[] {
  const messages: Received[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER || at + length > bytes.length) break;
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      payload: bytes.subarray(at + HEADER, at + length),
    });
    at += (length + 3) & ~3;
  }
  return messages;
}
