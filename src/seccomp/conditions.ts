import type { Tree } from './assemble.js';
import { highWord, lowWord } from './interpret.js';
import type { Condition } from './verdicts.js';

/** Where to go on. */
interface Ways {
  readonly yes: Tree;
  readonly no: Tree;
}

/** The words of an argument, and whether its upper one may be anything but 0. */
interface Argument {
  readonly low: number;
  readonly high: number;
  readonly isWide: boolean;
}

/** The questions that tell whether a condition holds. The machine has 32 bits, and an argument of a 64-bit ABI twice that. */
export function holdsFor({ index, op, value, valueTwo }: Condition, bits: 32 | 64, ways: Ways): Tree {
  const argument = { low: lowWord(index), high: highWord(index), isWide: bits === 64 };
  const opposite = { yes: ways.no, no: ways.yes };
  switch (op) {
    case 'SCMP_CMP_EQ':
      return equals(argument, value, ways);
    case 'SCMP_CMP_NE':
      return equals(argument, value, opposite);
    case 'SCMP_CMP_GT':
      return isAbove('greater', argument, value, ways);
    case 'SCMP_CMP_GE':
      return isAbove('at-least', argument, value, ways);
    case 'SCMP_CMP_LE':
      return isAbove('greater', argument, value, opposite);
    case 'SCMP_CMP_LT':
      return isAbove('at-least', argument, value, opposite);
    case 'SCMP_CMP_MASKED_EQ':
      return hasBits(argument, { mask: value, bits: value & valueTwo }, ways);
  }
}

function equals({ low, high, isWide }: Argument, value: bigint, { yes, no }: Ways): Tree {
  const lower = load(low, { kind: 'ask', is: 'equal', k: lower32(value), yes, no });
  if (!isWide) return upper32(value) === 0 ? lower : no;
  return load(high, { kind: 'ask', is: 'equal', k: upper32(value), yes: lower, no });
}

/** The upper words decide, and where they are equal the lower ones. */
function isAbove(is: 'greater' | 'at-least', { low, high, isWide }: Argument, value: bigint, { yes, no }: Ways): Tree {
  const k = upper32(value);
  const lower = load(low, { kind: 'ask', is, k: lower32(value), yes, no });
  if (!isWide) return k === 0 ? lower : no;
  const notGreater: Tree = k === 0 ? lower : { kind: 'ask', is: 'equal', k, yes: lower, no };
  return load(high, { kind: 'ask', is: 'greater', k, yes, no: notGreater });
}

function hasBits(
  { low, high, isWide }: Argument,
  { mask, bits }: { mask: bigint; bits: bigint },
  { yes, no }: Ways,
): Tree {
  const lower = wordHasBits(low, { mask: lower32(mask), bits: lower32(bits) }, { yes, no });
  if (!isWide) return upper32(bits) === 0 ? lower : no;
  return wordHasBits(high, { mask: upper32(mask), bits: upper32(bits) }, { yes: lower, no });
}

function wordHasBits(offset: number, { mask, bits }: { mask: number; bits: number }, { yes, no }: Ways): Tree {
  if (mask === 0) return yes;
  if (bits === 0) return load(offset, { kind: 'ask', is: 'any-bit', k: mask, yes: no, no: yes });
  return load(offset, { kind: 'and', mask, next: { kind: 'ask', is: 'equal', k: bits, yes, no } });
}

function load(offset: number, next: Tree): Tree {
  return { kind: 'load', offset, next };
}

function lower32(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

function upper32(value: bigint): number {
  return Number(value >> 32n);
}
