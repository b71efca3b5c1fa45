/** Tables of nf_tables: a table, its chains, rules and maps as messages of nfnetlink. They are sent as one transaction. */
import { type Attribute, AttributeSet, decodeAttributes, readString } from '../attribute.js';
import { type Message, messageText, NLM_F_APPEND, NLM_F_CREATE, type Received } from '../message.js';
import { COUNTER, type Expression, NF_DROP, NFPROTO_IPV4, NFPROTO_IPV6 } from './expressions.js';

export const TABLE = new AttributeSet({ NFTA_TABLE_NAME: 1 });
export const CHAIN = new AttributeSet({
  NFTA_CHAIN_TABLE: 1,
  NFTA_CHAIN_NAME: 3,
  NFTA_CHAIN_HOOK: 4,
  NFTA_CHAIN_POLICY: 5,
  NFTA_CHAIN_TYPE: 7,
});
export const HOOK = new AttributeSet({ NFTA_HOOK_HOOKNUM: 1, NFTA_HOOK_PRIORITY: 2 });
export const RULE = new AttributeSet({ NFTA_RULE_TABLE: 1, NFTA_RULE_CHAIN: 2, NFTA_RULE_EXPRESSIONS: 4 });
export const LIST = new AttributeSet({ NFTA_LIST_ELEM: 1 });
export const EXPR = new AttributeSet({ NFTA_EXPR_NAME: 1, NFTA_EXPR_DATA: 2 });

export const NFNL_SUBSYS_NFTABLES = 10;
export const NFNL_MSG_BATCH_BEGIN = 0x10;
export const NFNL_MSG_BATCH_END = 0x11;
export const NFT_MSG_NEWTABLE = 0;
export const NFT_MSG_GETTABLE = 1;
export const NFT_MSG_DELTABLE = 2;
export const NFT_MSG_NEWCHAIN = 3;
export const NFT_MSG_GETCHAIN = 4;
export const NFT_MSG_NEWRULE = 6;
export const NFT_MSG_GETRULE = 7;
export const NFT_MSG_NEWSET = 9;
export const NFT_MSG_NEWSETELEM = 12;
export const NFT_MSG_DELSETELEM = 14;
export const MESSAGES = {
  NFT_MSG_NEWTABLE,
  NFT_MSG_GETTABLE,
  NFT_MSG_DELTABLE,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_GETCHAIN,
  NFT_MSG_NEWRULE,
  NFT_MSG_GETRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
  NFT_MSG_DELSETELEM,
};

/** Rules for IPv4 and IPv6 alike. */
export const NFPROTO_INET = 1;
const NFPROTO_UNSPEC = 0;

/** A message of nf_tables, for the family inet. */
export function message(
  name: keyof typeof MESSAGES,
  flags: number,
  attributes: readonly Attribute[],
  text?: string,
): Message {
  const type = typeOf(name);
  const header = Buffer.from([NFPROTO_INET, 0, 0, 0]);
  return { type, flags, header, attributes, text: text ?? messageText(name, flags, [], attributes) };
}

function typeOf(name: keyof typeof MESSAGES): number {
  return (NFNL_SUBSYS_NFTABLES << 8) | MESSAGES[name];
}

/** Messages as one transaction: all of them are done, or none. */
export function batch(messages: readonly Message[]): Message[] {
  return [
    batchEnd(NFNL_MSG_BATCH_BEGIN, 'NFNL_MSG_BATCH_BEGIN'),
    ...messages,
    batchEnd(NFNL_MSG_BATCH_END, 'NFNL_MSG_BATCH_END'),
  ];
}

function batchEnd(type: number, name: string): Message {
  // struct nfgenmsg: the subsystem is in the order of the network.
  const header = Buffer.from([NFPROTO_UNSPEC, 0, 0, NFNL_SUBSYS_NFTABLES]);
  return { type, flags: 0, header, attributes: [], text: name };
}

/** Makes a table of the family inet; one that is there stays. */
export function newTable(name: string): Message {
  return message('NFT_MSG_NEWTABLE', NLM_F_CREATE, [TABLE.string('NFTA_TABLE_NAME', name)]);
}

/** Removes a table with all that is in it. ENOENT where there is none. */
export function deleteTable(name: string): Message {
  return message('NFT_MSG_DELTABLE', 0, [TABLE.string('NFTA_TABLE_NAME', name)]);
}

export const NF_INET_PRE_ROUTING = 0;
export const NF_INET_LOCAL_IN = 1;
export const NF_INET_FORWARD = 2;
export const NF_INET_LOCAL_OUT = 3;
export const NF_INET_POST_ROUTING = 4;
const HOOKS = {
  prerouting: NF_INET_PRE_ROUTING,
  input: NF_INET_LOCAL_IN,
  forward: NF_INET_FORWARD,
  output: NF_INET_LOCAL_OUT,
  postrouting: NF_INET_POST_ROUTING,
};

/** A chain that packets come to at a hook of the kernel's, the lower the priority the earlier. */
export interface BaseChain {
  readonly table: string;
  readonly name: string;
  readonly type: 'filter' | 'nat';
  readonly hook: keyof typeof HOOKS;
  readonly priority: number;
}

export function newChain({ table, name, type, hook, priority }: BaseChain): Message {
  const where = [HOOK.be32('NFTA_HOOK_HOOKNUM', HOOKS[hook], hook), HOOK.be32('NFTA_HOOK_PRIORITY', priority)];
  return message('NFT_MSG_NEWCHAIN', NLM_F_CREATE, [
    CHAIN.string('NFTA_CHAIN_TABLE', table),
    CHAIN.string('NFTA_CHAIN_NAME', name),
    CHAIN.nested('NFTA_CHAIN_HOOK', where),
    CHAIN.string('NFTA_CHAIN_TYPE', type),
  ]);
}

/** Asks, in a dump, for the chains of all families. */
export function getChains(): Message {
  return { ...message('NFT_MSG_GETCHAIN', 0, []), header: Buffer.from([NFPROTO_UNSPEC, 0, 0, 0]) };
}

/** The families that packets of IP come through. */
const FAMILIES = { inet: NFPROTO_INET, ip: NFPROTO_IPV4, ip6: NFPROTO_IPV6 };
export type Family = keyof typeof FAMILIES;

/** A chain as the kernel tells of it. */
export interface Chain {
  /** Undefined: one that packets of IP do not come through. */
  readonly family: Family | undefined;
  readonly table: string;
  readonly name: string;
  /** Undefined: packets come to it from other chains only. */
  readonly hook: keyof typeof HOOKS | undefined;
  /** What becomes of a packet that no rule decides on. */
  readonly policy: 'accept' | 'drop';
}

/** The chain of an answer to {@link getChains}. */
export function readChain({ type, payload }: Received): Chain[] {
  if (type !== typeOf('NFT_MSG_NEWCHAIN')) return [];
  const { NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME, NFTA_CHAIN_HOOK, NFTA_CHAIN_POLICY } = CHAIN.read(payload.subarray(4));
  const hook = NFTA_CHAIN_HOOK && HOOK.read(NFTA_CHAIN_HOOK).NFTA_HOOK_HOOKNUM?.readUInt32BE();
  return [
    {
      family: keyOf(FAMILIES, payload[0]),
      table: readString(NFTA_CHAIN_TABLE),
      name: readString(NFTA_CHAIN_NAME),
      hook: keyOf(HOOKS, hook),
      policy: NFTA_CHAIN_POLICY?.readUInt32BE() === NF_DROP ? 'drop' : 'accept',
    },
  ];
}

function keyOf<Key extends string>(names: Readonly<Record<Key, number>>, value: number | undefined): Key | undefined {
  return (Object.keys(names) as Key[]).find((name) => names[name] === value);
}

/** Asks, in a dump, for the rules of all chains of a table. */
export function getTableRules(table: string, family: Family = 'inet'): Message {
  const asked = message('NFT_MSG_GETRULE', 0, [RULE.string('NFTA_RULE_TABLE', table)]);
  return { ...asked, header: Buffer.from([FAMILIES[family], 0, 0, 0]) };
}

/** A rule at the end of a chain. */
export function newRule(table: string, chain: string, expressions: readonly Expression[]): Message {
  const list = expressions.map(({ name, attributes }) =>
    LIST.nested('NFTA_LIST_ELEM', [EXPR.string('NFTA_EXPR_NAME', name), EXPR.nested('NFTA_EXPR_DATA', attributes)]),
  );
  const attributes = [
    RULE.string('NFTA_RULE_TABLE', table),
    RULE.string('NFTA_RULE_CHAIN', chain),
    RULE.nested('NFTA_RULE_EXPRESSIONS', list),
  ];
  const text = `NFT_MSG_NEWRULE {${table} ${chain} ${expressions.map((one) => one.text).join(' ')}}`;
  return message('NFT_MSG_NEWRULE', NLM_F_CREATE | NLM_F_APPEND, attributes, text);
}

/** Asks, in a dump, for the tables of the family inet. */
export function getTables(): Message {
  return message('NFT_MSG_GETTABLE', 0, []);
}

/** The name of a table of such an answer. */
export function readTable({ type, payload }: Received): string[] {
  if (type !== typeOf('NFT_MSG_NEWTABLE')) return [];
  return [readString(TABLE.read(payload.subarray(4)).NFTA_TABLE_NAME)];
}

/** Asks, in a dump, for the rules of a chain. */
export function getRules(table: string, chain: string): Message {
  return message('NFT_MSG_GETRULE', 0, [RULE.string('NFTA_RULE_TABLE', table), RULE.string('NFTA_RULE_CHAIN', chain)]);
}

/** The packets that the counters of a rule of such an answer have seen. */
export function readCounters({ payload }: Received): number[] {
  const { NFTA_RULE_EXPRESSIONS } = RULE.read(payload.subarray(4));
  return [...decodeAttributes(NFTA_RULE_EXPRESSIONS ?? Buffer.alloc(0))].flatMap(({ value }) => {
    const { NFTA_EXPR_NAME, NFTA_EXPR_DATA } = EXPR.read(value);
    if (readString(NFTA_EXPR_NAME) !== 'counter' || !NFTA_EXPR_DATA) return [];
    return Number(COUNTER.read(NFTA_EXPR_DATA).NFTA_COUNTER_PACKETS?.readBigUInt64BE() ?? 0n);
  });
}
