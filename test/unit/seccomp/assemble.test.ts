import { describe, expect, it } from 'vitest';
import { assemble, type Tree } from '../../../src/seccomp/assemble.js';
import { decode, encode, type Instruction, type Program } from '../../../src/seccomp/bpf.js';
import { interpret, lowWord, NUMBER } from '../../../src/seccomp/interpret.js';
import { randomNumbers } from '../../support/random.js';

const answer = (value: number): Tree => ({ kind: 'answer', value });
const ask = (k: number, yes: Tree, no: Tree): Tree => ({ kind: 'ask', is: 'at-least', k, yes, no });
const ofNumber = (program: Program, number: number) => interpret(program, { arch: 0, number, args: [] });

describe('the assembler', () => {
  it('writes a question before both of its ways', () => {
    const tree: Tree = { kind: 'load', offset: NUMBER, next: ask(7, answer(1), answer(2)) };
    expect(assemble(tree)).toEqual([
      { op: 'load', k: 0 },
      { op: 'at-least', k: 7, yes: 0, no: 1 },
      { op: 'return', k: 1 },
      { op: 'return', k: 2 },
    ]);
  });

  it('writes what several ways lead to once', () => {
    const [one, two] = [answer(1), answer(2)];
    const program = assemble({ kind: 'load', offset: NUMBER, next: ask(7, ask(9, one, two), ask(3, two, one)) });
    expect(program.filter(({ op }) => op === 'return')).toHaveLength(2);
    expect([2, 3, 7, 9].map((number) => ofNumber(program, number).value)).toEqual([1, 2, 2, 1]);
  });

  it('reaches what is farther than 255 instructions', () => {
    // The far way begins with a load, which cannot be copied as an answer can.
    const far: Tree = { kind: 'load', offset: lowWord(0), next: answer(5) };
    const long = Array.from({ length: 700 }, (_, i) => i).reduceRight<Tree>(
      (no, i) => ask(1000 + i, i % 3 ? answer(i) : far, no),
      far,
    );
    const program = assemble({ kind: 'load', offset: NUMBER, next: long });
    expect(program.some(({ op }) => op === 'jump')).toBe(true);
    for (const number of [0, 1000, 1001, 1300, 1699, 5000])
      expect(ofNumber(program, number).value).toBe(direct(long, number));
  });

  it('reaches two ways that are both about 255 instructions away', () => {
    const [one, two] = [5, 6].map((value): Tree => ({ kind: 'load', offset: lowWord(0), next: answer(value) })) as [
      Tree,
      Tree,
    ];
    const again = (length: number, next: Tree): Tree =>
      length === 0 ? next : { kind: 'load', offset: NUMBER, next: again(length - 1, next) };
    for (let length = 235; length < 265; length++) {
      const far = again(length, ask(5, one, two));
      for (const near of [ask(8, one, two), ask(8, two, one)]) {
        const tree = ask(7, near, far);
        const program = decode(encode(assemble({ kind: 'load', offset: NUMBER, next: tree })));
        for (let number = 4; number < 10; number++) expect(ofNumber(program, number).value).toBe(direct(tree, number));
      }
    }
  });

  it('lets two ways that are no jumps meet', () => {
    const shared = ask(3, answer(1), answer(2));
    const of = (index: number): Tree => ({ kind: 'load', offset: lowWord(index), next: shared });
    const program = assemble({ kind: 'load', offset: NUMBER, next: ask(7, of(0), of(1)) });
    const said = (number: number) => interpret(program, { arch: 0, number, args: [3n, 0n] }).value;
    expect([said(7), said(6)]).toEqual([1, 2]);
    expect(program.filter(({ op }) => op === 'jump')).toEqual([{ op: 'jump', k: 1 }]);
  });

  it('makes programs that do what their trees say: 500 random ones', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const tree = randomTree(seed);
      const program = decode(encode(assemble({ kind: 'load', offset: NUMBER, next: tree })));
      for (let number = 0; number < 40; number++) expect(ofNumber(program, number).value).toBe(direct(tree, number));
    }
  });
});

describe('the bytes of a program', () => {
  it('are those of struct sock_filter', () => {
    const program: Program = [
      { op: 'load', k: 4 },
      { op: 'equal', k: 0xc000003e, yes: 1, no: 2 },
      { op: 'return', k: 0x7fff0000 },
    ];
    expect(encode(program).toString('hex')).toBe('2000000004000000' + '150001023e0000c0' + '060000000000ff7f');
    expect(decode(encode(program))).toEqual(program);
  });

  it('are not more than the kernel takes', () => {
    const long = Array<Instruction>(4097).fill({ op: 'return', k: 0 });
    expect(() => encode(long)).toThrow('at most 4096 instructions, and this one needs 4097');
  });

  it('are no program where an instruction is none of a filter', () => {
    expect(() => decode(Buffer.from('0700000000000000', 'hex'))).toThrow('an instruction of code 0x7');
  });
});

describe('the interpreter', () => {
  it('tells which instructions a call meets', () => {
    const program = assemble({ kind: 'load', offset: NUMBER, next: ask(7, answer(1), answer(2)) });
    expect(ofNumber(program, 3)).toEqual({ value: 2, path: [0, 1, 3] });
  });

  it('refuses to run past the end', () => {
    expect(() => ofNumber([{ op: 'load', k: 0 }], 1)).toThrow('runs past its end');
  });
});

/** What a tree says of a number. */
function direct(tree: Tree, number: number): number {
  if (tree.kind === 'answer') return tree.value;
  if (tree.kind !== 'ask') return direct(tree.next, number);
  const holds = {
    equal: number === tree.k,
    greater: number > tree.k,
    'at-least': number >= tree.k,
    'any-bit': (number & tree.k) !== 0,
  };
  return direct(holds[tree.is] ? tree.yes : tree.no, number);
}

/** Questions about a number, some of whose ways meet. */
function randomTree(seed: number): Tree {
  const random = randomNumbers(seed);
  const made: Tree[] = [answer(1), answer(2), answer(3)];
  const pick = () => made[Math.floor(random() * made.length)] as Tree;
  for (let i = 0; i < 60; i++) {
    const is = (['equal', 'greater', 'at-least', 'any-bit'] as const)[Math.floor(random() * 4)] ?? 'equal';
    made.push({ kind: 'ask', is, k: Math.floor(random() * 40), yes: pick(), no: pick() });
  }
  return made.at(-1) as Tree;
}
