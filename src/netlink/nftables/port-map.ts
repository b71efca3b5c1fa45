/** Maps of nf_tables: where published ports lead. */
import { type Attribute, AttributeSet } from '../attribute.js';
import { type Message, NLM_F_CREATE } from '../message.js';
import { DATA } from './expressions.js';
import { LIST, message } from './table.js';

export const SET = new AttributeSet({
  NFTA_SET_TABLE: 1,
  NFTA_SET_NAME: 2,
  NFTA_SET_FLAGS: 3,
  NFTA_SET_KEY_TYPE: 4,
  NFTA_SET_KEY_LEN: 5,
  NFTA_SET_DATA_TYPE: 6,
  NFTA_SET_DATA_LEN: 7,
  NFTA_SET_ID: 10,
});
export const ELEMENTS = new AttributeSet({
  NFTA_SET_ELEM_LIST_TABLE: 1,
  NFTA_SET_ELEM_LIST_SET: 2,
  NFTA_SET_ELEM_LIST_ELEMENTS: 3,
});
export const ELEMENT = new AttributeSet({ NFTA_SET_ELEM_KEY: 1, NFTA_SET_ELEM_DATA: 2 });

/** Types of keys and values as nft numbers them, so that it prints what is in a map; of several, six bits each (nft: datatype.h). */
const TYPE_INET_PROTO = 12;
const TYPE_INET_SERVICE = 13;
const TYPE_IPADDR = 7;
const TYPE_BITS = 6;
export const NFT_SET_MAP = 0x8;
/** Registers of four bytes: a protocol and a port; an address and a port. */
const PAIR = 8;

/** A map from `tcp . 8080` to `172.30.0.2 . 80`: where published ports lead. */
export function newPortMap(table: string, name: string): Message {
  return message('NFT_MSG_NEWSET', NLM_F_CREATE, [
    SET.string('NFTA_SET_TABLE', table),
    SET.string('NFTA_SET_NAME', name),
    SET.be32('NFTA_SET_FLAGS', NFT_SET_MAP, 'NFT_SET_MAP'),
    SET.be32('NFTA_SET_KEY_TYPE', (TYPE_INET_PROTO << TYPE_BITS) | TYPE_INET_SERVICE, 'inet_proto . inet_service'),
    SET.be32('NFTA_SET_KEY_LEN', PAIR),
    SET.be32('NFTA_SET_DATA_TYPE', (TYPE_IPADDR << TYPE_BITS) | TYPE_INET_SERVICE, 'ipv4_addr . inet_service'),
    SET.be32('NFTA_SET_DATA_LEN', PAIR),
    SET.be32('NFTA_SET_ID', 1),
  ]);
}

/** A published port, and where it leads. */
export interface PortEntry {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Four bytes. */
  readonly address: Uint8Array;
  readonly toPort: number;
}

export function addPorts(table: string, map: string, entries: readonly PortEntry[]): Message {
  const elements = entries.map((entry) => [keyOf(entry), dataOf(entry)]);
  const text = `NFT_MSG_NEWSETELEM {${table} ${map} {${entries.map(entryText).join(', ')}}}`;
  return message('NFT_MSG_NEWSETELEM', NLM_F_CREATE, elementsOf({ table, map }, elements), text);
}

/** ENOENT where the map lacks one of them. */
export function removePorts(table: string, map: string, entries: readonly PortEntry[]): Message {
  const elements = entries.map((entry) => [keyOf(entry)]);
  const text = `NFT_MSG_DELSETELEM {${table} ${map} {${entries.map(keyText).join(', ')}}}`;
  return message('NFT_MSG_DELSETELEM', 0, elementsOf({ table, map }, elements), text);
}

interface MapName {
  readonly table: string;
  readonly map: string;
}

function elementsOf({ table, map }: MapName, elements: readonly (readonly Attribute[])[]): Attribute[] {
  const list = elements.map((element) => LIST.nested('NFTA_LIST_ELEM', element));
  return [
    ELEMENTS.string('NFTA_SET_ELEM_LIST_TABLE', table),
    ELEMENTS.string('NFTA_SET_ELEM_LIST_SET', map),
    ELEMENTS.nested('NFTA_SET_ELEM_LIST_ELEMENTS', list),
  ];
}

const PROTOCOLS = { tcp: 6, udp: 17 };

function keyOf({ protocol, port }: PortEntry): Attribute {
  const key = Buffer.alloc(PAIR);
  key[0] = PROTOCOLS[protocol];
  key.writeUInt16BE(port, 4);
  return ELEMENT.nested('NFTA_SET_ELEM_KEY', [DATA.bytes('NFTA_DATA_VALUE', key)]);
}

function dataOf({ address, toPort }: PortEntry): Attribute {
  const value = Buffer.alloc(PAIR);
  value.set(address);
  value.writeUInt16BE(toPort, 4);
  return ELEMENT.nested('NFTA_SET_ELEM_DATA', [DATA.bytes('NFTA_DATA_VALUE', value)]);
}

function entryText(entry: PortEntry): string {
  return `${keyText(entry)} : ${entry.address.join('.')} . ${entry.toPort}`;
}

function keyText({ protocol, port }: PortEntry): string {
  return `${protocol} . ${port}`;
}
