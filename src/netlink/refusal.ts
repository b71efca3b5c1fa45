/** Refusals of netlink(7): NLMSG_ERROR with an errno, and where the socket asked for it (NETLINK_EXT_ACK) a sentence of the kernel's. */
import { errnoName } from '../kernel/errors/errno.js';
import type { Refusal } from '../kernel/syscall.js';
import { AttributeSet, readString } from './attribute.js';
import { decodeMessages, HEADER, NLMSG_ERROR, type Received } from './message.js';

/** What an answer has in front of what it quotes of the request: struct nlmsghdr, and the errno of struct nlmsgerr. */
export const ANSWER = HEADER + 4;
/** The length of an answer without a refusal, which quotes the header alone. */
export const DONE = ANSWER + HEADER;

/** The answer quotes no more of the request than its header; behind that are attributes. */
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
export const ERROR = new AttributeSet({ NLMSGERR_ATTR_MSG: 1, NLMSGERR_ATTR_OFFS: 2 });

/** Why a message says that a request was refused; undefined where it says something else. */
export function refusalIn({ type, flags, payload }: Received): Refusal | undefined {
  if (type !== NLMSG_ERROR || payload.length < 4) return undefined;
  const errno = -payload.readInt32LE();
  return errno === 0 ? undefined : { errno, sentence: sentenceIn(flags, payload) };
}

function sentenceIn(flags: number, payload: Buffer): string | undefined {
  if (!(flags & NLM_F_ACK_TLVS) || payload.length < 4 + HEADER) return undefined;
  const quoted = flags & NLM_F_CAPPED ? HEADER : (payload.readUInt32LE(4) + 3) & ~3;
  const { NLMSGERR_ATTR_MSG } = ERROR.read(payload.subarray(4 + quoted));
  return NLMSGERR_ATTR_MSG && readString(NLMSGERR_ATTR_MSG);
}

/** The first refusal among the messages of a buffer. */
export function refusalInBuffer(bytes: Uint8Array): Refusal | undefined {
  return decodeMessages(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    .map(refusalIn)
    .find((one) => one !== undefined);
}

/** A buffer in words: `{error=0}`, `{error=-EEXIST}`. */
export function answerText(bytes: Uint8Array): string {
  const refusal = refusalInBuffer(bytes);
  return `{error=${refusal ? `-${errnoName(refusal.errno)}` : 0}}`;
}
