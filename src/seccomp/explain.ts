/** A filter in words: as a decision tree, and as the way of one call through it. */
import { type Abi, abiOf, X32 } from './abi.js';
import { describeReturn } from './actions.js';
import type { Comparison, Instruction, Program } from './bpf.js';
import { ARCH, type Call, interpret, lowWord, NUMBER, wordOf } from './interpret.js';
import { nameOf } from './numbers.js';

/** What is known where an instruction stands: what the register holds, which bits of that, and which ABI it is. */
interface Known {
  readonly held?: number | undefined;
  readonly mask?: number | undefined;
  readonly abi?: Abi | undefined;
}

type Question = Extract<Instruction, { op: Comparison }>;

/**
 * The program: a question a line, and what follows from `yes` and `no` below it. What several ways lead to is there once, and has its place in
 * the program before it.
 */
export function renderTree(program: Program): string[] {
  const met = meetings(program);
  const shown = new Set<number>();
  const from = (at: number, known: Known): string[] => {
    const instruction = program[at] as Instruction;
    if (!met.has(at) || instruction.op === 'return') return below(instruction, at, known);
    if (shown.has(at)) return [`go on at ${at}`];
    shown.add(at);
    const [first, ...rest] = below(instruction, at, known);
    return [`${at}: ${first}`, ...rest];
  };
  const below = (instruction: Instruction, at: number, known: Known): string[] => {
    if (instruction.op === 'return') return [describeReturn(instruction.k)];
    if (instruction.op === 'jump') return from(at + 1 + instruction.k, known);
    if (!('yes' in instruction)) return from(at + 1, after(instruction, known));
    const yes = from(at + 1 + instruction.yes, learn(instruction, known));
    const no = from(at + 1 + instruction.no, known);
    return [ask(instruction, known), ...branch('├─ yes: ', '│  ', yes), ...branch('└─ no: ', '   ', no)];
  };
  return from(0, {});
}

/** Where several instructions of a program go on. */
function meetings(program: Program): ReadonlySet<number> {
  const targets = program.flatMap((instruction, at) => nextOf(instruction).map((skipped) => at + 1 + skipped));
  return new Set(targets.filter((at, i) => targets.indexOf(at) < i));
}

/** How many instructions it may leave out. */
function nextOf(instruction: Instruction): number[] {
  if (instruction.op === 'return') return [];
  if (instruction.op === 'jump') return [instruction.k];
  return 'yes' in instruction ? [instruction.yes, instruction.no] : [0];
}

function branch(answer: string, below: string, [first = '', ...rest]: readonly string[]): string[] {
  return [`${answer}${first}`, ...rest.map((line) => `${below}${line}`)];
}

/** The instructions that a call meets, a line each: where it stands in the program, what it does, what comes of it. */
export function renderPath(program: Program, call: Call): string[] {
  const { path } = interpret(program, call);
  let known: Known = { abi: abiOf(call.arch) };
  return path.map((at, i) => {
    const instruction = program[at] as Instruction;
    known = after(instruction, known);
    return `${String(at).padStart(4)}  ${describe(instruction, known, call)}${answerOf(instruction, at, path[i + 1])}`;
  });
}

function describe(instruction: Instruction, known: Known, call: Call): string {
  switch (instruction.op) {
    case 'load':
      return `${nameWord(instruction.k)}: ${showWord(wordOf(call, instruction.k), known)}`;
    case 'and':
      return `keep the bits ${hex(instruction.k)} of it`;
    case 'jump':
      return 'go on';
    case 'return':
      return describeReturn(instruction.k);
    default:
      return ask(instruction, known);
  }
}

function answerOf(instruction: Instruction, at: number, next: number | undefined): string {
  if (!('yes' in instruction)) return '';
  return next === at + 1 + instruction.yes ? ' yes' : ' no';
}

/** What is known behind an instruction that goes on with the next. */
function after({ op, k }: Instruction, known: Known): Known {
  if (op === 'load') return { abi: known.abi, held: k };
  return op === 'and' ? { ...known, mask: k } : known;
}

function learn({ op, k }: Question, known: Known): Known {
  return known.held === ARCH && op === 'equal' ? { ...known, abi: abiOf(k) } : known;
}

const SIGNS: Readonly<Record<Comparison, string>> = {
  equal: '=',
  greater: '>',
  'at-least': '≥',
  'any-bit': 'has a bit of',
};

/** `number ≥ 272 unshare?` */
function ask({ op, k }: Question, known: Known): string {
  const bits = known.mask === undefined ? '' : ` & ${hex(known.mask)}`;
  return `${nameWord(known.held)}${bits} ${SIGNS[op]} ${showWord(k, known)}?`;
}

/** What the word of a call is called. */
function nameWord(offset: number | undefined): string {
  if (offset === ARCH) return 'ABI';
  if (offset === NUMBER || offset === undefined) return 'number';
  const half = offset % 8 === 0 ? '' : ', upper half';
  return `argument ${Math.floor((offset - lowWord(0)) / 8)}${half}`;
}

function showWord(value: number, { held, abi }: Known): string {
  if (held === ARCH) return abiOf(value) ?? hex(value);
  if (held !== NUMBER || value >= X32) return hex(value);
  const name = abi && nameOf(value, abi);
  return name ? `${value} ${name}` : `${value}`;
}

function hex(value: number): string {
  return value < 10 ? `${value}` : `0x${value.toString(16)}`;
}
