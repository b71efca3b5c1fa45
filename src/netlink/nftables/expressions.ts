/**
 * Expressions of nf_tables: the instructions of which a rule is a list. Each loads something into a register, compares a register, or
 * decides. Their text is what `nft --debug=netlink list ruleset` prints. Source: include/uapi/linux/netfilter/nf_tables.h.
 */
import { addressBytes, isIPv4 } from '../../kernel/sockets/ip-address.js';
import { type Attribute, AttributeSet } from '../attribute.js';

/** An instruction of a rule. */
export interface Expression {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly text: string;
}

export const META = new AttributeSet({ NFTA_META_DREG: 1, NFTA_META_KEY: 2 });
export const CMP = new AttributeSet({ NFTA_CMP_SREG: 1, NFTA_CMP_OP: 2, NFTA_CMP_DATA: 3 });
export const DATA = new AttributeSet({ NFTA_DATA_VALUE: 1, NFTA_DATA_VERDICT: 2 });
export const VERDICT = new AttributeSet({ NFTA_VERDICT_CODE: 1, NFTA_VERDICT_CHAIN: 2 });
export const PAYLOAD = new AttributeSet({
  NFTA_PAYLOAD_DREG: 1,
  NFTA_PAYLOAD_BASE: 2,
  NFTA_PAYLOAD_OFFSET: 3,
  NFTA_PAYLOAD_LEN: 4,
});
export const BITWISE = new AttributeSet({
  NFTA_BITWISE_SREG: 1,
  NFTA_BITWISE_DREG: 2,
  NFTA_BITWISE_LEN: 3,
  NFTA_BITWISE_MASK: 4,
  NFTA_BITWISE_XOR: 5,
});
export const LOOKUP = new AttributeSet({ NFTA_LOOKUP_SET: 1, NFTA_LOOKUP_SREG: 2, NFTA_LOOKUP_DREG: 3 });
export const IMMEDIATE = new AttributeSet({ NFTA_IMMEDIATE_DREG: 1, NFTA_IMMEDIATE_DATA: 2 });
export const NAT = new AttributeSet({
  NFTA_NAT_TYPE: 1,
  NFTA_NAT_FAMILY: 2,
  NFTA_NAT_REG_ADDR_MIN: 3,
  NFTA_NAT_REG_PROTO_MIN: 5,
});
export const FIB = new AttributeSet({ NFTA_FIB_DREG: 1, NFTA_FIB_RESULT: 2, NFTA_FIB_FLAGS: 3 });
export const CT = new AttributeSet({ NFTA_CT_DREG: 1, NFTA_CT_KEY: 2 });
export const COUNTER = new AttributeSet({ NFTA_COUNTER_BYTES: 1, NFTA_COUNTER_PACKETS: 2 });

/** Register 0 is the verdict. A register of 16 bytes; the registers of 4 bytes that lie in it. */
export const NFT_REG_VERDICT = 0;
export const NFT_REG_1 = 1;
export const NFT_REG32_00 = 8;
export const NFT_REG32_01 = 9;
export const NFT_REG32_02 = 10;
export const NFT_REG32_03 = 11;

export const NFT_META_IIFNAME = 6;
export const NFT_META_OIFNAME = 7;
export const NFT_META_NFPROTO = 15;
export const NFT_META_L4PROTO = 16;
const META_KEYS = {
  iifname: NFT_META_IIFNAME,
  oifname: NFT_META_OIFNAME,
  nfproto: NFT_META_NFPROTO,
  l4proto: NFT_META_L4PROTO,
};
/** What the kernel notes of every packet: the link that it came by, the one that it leaves by, the protocols. */
export type MetaKey = keyof typeof META_KEYS;

export function meta(key: MetaKey, register = NFT_REG_1): Expression {
  const attributes = [META.be32('NFTA_META_KEY', META_KEYS[key]), META.be32('NFTA_META_DREG', register)];
  return { name: 'meta', attributes, text: `[ meta load ${key} => reg ${register} ]` };
}

export const NFT_CMP_EQ = 0;
export const NFT_CMP_NEQ = 1;
const OPERATIONS = { eq: NFT_CMP_EQ, neq: NFT_CMP_NEQ };

/** The rule goes on where the register is, or is not, this. */
export function cmp(operation: keyof typeof OPERATIONS, value: Uint8Array, text: string): Expression {
  const attributes = [
    CMP.be32('NFTA_CMP_SREG', NFT_REG_1),
    CMP.be32('NFTA_CMP_OP', OPERATIONS[operation]),
    CMP.nested('NFTA_CMP_DATA', [DATA.bytes('NFTA_DATA_VALUE', value)]),
  ];
  return { name: 'cmp', attributes, text: `[ cmp ${operation} reg ${NFT_REG_1} ${text} ]` };
}

/** IFNAMSIZ: names of links are compared with all their bytes. */
const NAME_LENGTH = 16;

/** The packet came by, or leaves by, the link of this name; or does not. */
export function linkIs(key: 'iifname' | 'oifname', operation: keyof typeof OPERATIONS, name: string): Expression[] {
  const value = Buffer.alloc(NAME_LENGTH);
  value.write(name);
  return [meta(key), cmp(operation, value, JSON.stringify(name))];
}

export const NFT_PAYLOAD_NETWORK_HEADER = 1;
export const NFT_PAYLOAD_TRANSPORT_HEADER = 2;
const BASES = { network: NFT_PAYLOAD_NETWORK_HEADER, transport: NFT_PAYLOAD_TRANSPORT_HEADER };

/** Some bytes of the packet, from the start of the header of its network or of its transport protocol. */
export function payload(base: keyof typeof BASES, offset: number, length: number, register = NFT_REG_1): Expression {
  const attributes = [
    PAYLOAD.be32('NFTA_PAYLOAD_DREG', register),
    PAYLOAD.be32('NFTA_PAYLOAD_BASE', BASES[base]),
    PAYLOAD.be32('NFTA_PAYLOAD_OFFSET', offset),
    PAYLOAD.be32('NFTA_PAYLOAD_LEN', length),
  ];
  const text = `[ payload load ${length}b @ ${base} header + ${offset} => reg ${register} ]`;
  return { name: 'payload', attributes, text };
}

/** The port that the packet goes to: it stands at the same place for TCP and UDP. */
export function destinationPort(register: number): Expression {
  return payload('transport', 2, 2, register);
}

/** Its bits that the mask has. */
function bitwise(mask: Uint8Array, text: string): Expression {
  const zeros = new Uint8Array(mask.length);
  const attributes = [
    BITWISE.be32('NFTA_BITWISE_SREG', NFT_REG_1),
    BITWISE.be32('NFTA_BITWISE_DREG', NFT_REG_1),
    BITWISE.be32('NFTA_BITWISE_LEN', mask.length),
    BITWISE.nested('NFTA_BITWISE_MASK', [DATA.bytes('NFTA_DATA_VALUE', mask)]),
    BITWISE.nested('NFTA_BITWISE_XOR', [DATA.bytes('NFTA_DATA_VALUE', zeros)]),
  ];
  return { name: 'bitwise', attributes, text: `[ bitwise reg ${NFT_REG_1} = ( reg ${NFT_REG_1} & ${text} ) ]` };
}

/** RFC 791, RFC 8200: where the addresses stand. nfproto is the kernel's number of the family. */
const HEADERS = {
  4: { length: 4, source: 12, destination: 16, nfproto: 2 },
  6: { length: 16, source: 8, destination: 24, nfproto: 10 },
};

/** The packet comes from, or goes to, a network in `172.30.0.0/16`. */
export function addressIn(which: 'source' | 'destination', network: string): Expression[] {
  const [address = '', prefix = ''] = network.split('/');
  const header = HEADERS[isIPv4(address) ? 4 : 6];
  const mask = maskOf(Number(prefix), header.length);
  return [
    meta('nfproto'),
    cmp('eq', Uint8Array.of(header.nfproto), `0x0${header.nfproto.toString(16)}`),
    payload('network', header[which], header.length),
    bitwise(mask, `0x${Buffer.from(mask).toString('hex')}`),
    cmp('eq', addressBytes(address), address),
  ];
}

function maskOf(prefix: number, length: number): Uint8Array {
  const bits = (i: number) => Math.min(8, Math.max(0, prefix - 8 * i));
  return Uint8Array.from({ length }, (_, i) => 0xff00 >> bits(i));
}

export const NFT_FIB_RESULT_ADDRTYPE = 3;
export const NFTA_FIB_F_DADDR = 2;
/** rtnetlink(7), rtm_type: the address is one of this host's. */
export const RTN_LOCAL = 2;

/** The packet goes to an address of this host's. */
export function toThisHost(): Expression[] {
  const attributes = [
    FIB.be32('NFTA_FIB_DREG', NFT_REG_1),
    FIB.be32('NFTA_FIB_RESULT', NFT_FIB_RESULT_ADDRTYPE),
    FIB.be32('NFTA_FIB_FLAGS', NFTA_FIB_F_DADDR),
  ];
  const fib = { name: 'fib', attributes, text: `[ fib daddr type => reg ${NFT_REG_1} ]` };
  return [fib, cmp('eq', Uint8Array.of(RTN_LOCAL, 0, 0, 0), 'local')];
}

export const NFT_CT_STATE = 0;
export const NFT_CT_STATUS = 2;
const CT_KEYS = { state: NFT_CT_STATE, status: NFT_CT_STATUS };
/** Bits of a connection's state: a packet of one that is known, or of what one has caused, as an ICMP error. */
const ESTABLISHED = 2;
const RELATED = 4;
/** A bit of its status: its destination was changed (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export const IPS_DST_NAT = 1 << 5;

/** The packet's connection has one of these bits. */
function connection(key: keyof typeof CT_KEYS, bits: number, text: string): Expression[] {
  const attributes = [CT.be32('NFTA_CT_KEY', CT_KEYS[key]), CT.be32('NFTA_CT_DREG', NFT_REG_1)];
  const load = { name: 'ct', attributes, text: `[ ct load ${key} => reg ${NFT_REG_1} ]` };
  const mask = new Uint8Array(Uint32Array.of(bits).buffer);
  return [load, bitwise(mask, text), cmp('neq', new Uint8Array(4), '0')];
}

/** It answers what went out, or belongs to it. */
export function isAnswer(): Expression[] {
  return connection('state', ESTABLISHED | RELATED, 'established,related');
}

/** Its destination was changed by a rule, so it goes to a published port. */
export function isPublished(): Expression[] {
  return connection('status', IPS_DST_NAT, 'dnat');
}

export const NF_DROP = 0;
export const NF_ACCEPT = 1;
const VERDICTS = { drop: NF_DROP, accept: NF_ACCEPT };

export function verdict(name: keyof typeof VERDICTS): Expression {
  const data = DATA.nested('NFTA_DATA_VERDICT', [VERDICT.be32('NFTA_VERDICT_CODE', VERDICTS[name])]);
  const attributes = [
    IMMEDIATE.be32('NFTA_IMMEDIATE_DREG', NFT_REG_VERDICT),
    IMMEDIATE.nested('NFTA_IMMEDIATE_DATA', [data]),
  ];
  return { name: 'immediate', attributes, text: `[ immediate reg ${NFT_REG_VERDICT} ${name} ]` };
}

/** Looks the registers from `from` on up in a map; what it has for them is in the registers from `to` on. Ends the rule where it has nothing. */
export function lookup(map: string, from: number, to: number): Expression {
  const attributes = [
    LOOKUP.string('NFTA_LOOKUP_SET', map),
    LOOKUP.be32('NFTA_LOOKUP_SREG', from),
    LOOKUP.be32('NFTA_LOOKUP_DREG', to),
  ];
  return { name: 'lookup', attributes, text: `[ lookup reg ${from} set ${map} dreg ${to} ]` };
}

export const NFT_NAT_DNAT = 1;
export const NFPROTO_IPV4 = 2;
export const NFPROTO_IPV6 = 10;

/** The packet, and all that follow it, go to the address and port in two registers. */
export function dnat(address: number, port: number): Expression {
  const attributes = [
    NAT.be32('NFTA_NAT_TYPE', NFT_NAT_DNAT),
    NAT.be32('NFTA_NAT_FAMILY', NFPROTO_IPV4),
    NAT.be32('NFTA_NAT_REG_ADDR_MIN', address),
    NAT.be32('NFTA_NAT_REG_PROTO_MIN', port),
  ];
  return { name: 'nat', attributes, text: `[ nat dnat ip addr_min reg ${address} proto_min reg ${port} ]` };
}

/** The packet, and all that follow it, come from the address of the link that they leave by. */
export function masquerade(): Expression {
  return { name: 'masq', attributes: [], text: '[ masq ]' };
}

/** Counts the packets that come so far. */
export function counter(): Expression {
  const zero = new Uint8Array(8);
  const attributes = [COUNTER.bytes('NFTA_COUNTER_BYTES', zero), COUNTER.bytes('NFTA_COUNTER_PACKETS', zero)];
  return { name: 'counter', attributes, text: '[ counter pkts 0 bytes 0 ]' };
}
