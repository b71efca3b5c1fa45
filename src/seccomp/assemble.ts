import type { Comparison, Instruction, Program } from './bpf.js';

/** What a filter does, as a tree: a question has two ways on, and each way ends with an answer. Ways may meet again. */
export type Tree =
  | { readonly kind: 'answer'; readonly value: number }
  | { readonly kind: 'load'; readonly offset: number; readonly next: Tree }
  | { readonly kind: 'and'; readonly mask: number; readonly next: Tree }
  | { readonly kind: 'ask'; readonly is: Comparison; readonly k: number; readonly yes: Tree; readonly no: Tree };

/** A jump of a comparison has one byte; a detour in between makes another way one instruction longer. */
const FARTHEST = 255 - 1;

/**
 * Writes a tree as a program. Jumps lead forward only, so it is written from its end: wherever an instruction jumps to is there already. What
 * two ways lead to is written once.
 */
export function assemble(tree: Tree): Program {
  const writer = new Writer();
  writer.place(tree);
  return writer.program();
}

class Writer {
  /** The last instruction first. */
  readonly #written: Instruction[] = [];
  readonly #places = new Map<Tree, number>();

  program(): Program {
    return this.#written.toReversed();
  }

  place(tree: Tree): void {
    if (!this.#places.has(tree)) this.#put(tree, this.#instruction(tree));
  }

  /** The first instruction of a tree. All others are written by then. */
  #instruction(tree: Tree): Instruction {
    switch (tree.kind) {
      case 'answer':
        return { op: 'return', k: tree.value };
      case 'load':
        this.#placeNext(tree.next);
        return { op: 'load', k: tree.offset };
      case 'and':
        this.#placeNext(tree.next);
        return { op: 'and', k: tree.mask };
      case 'ask':
        this.#placeWays(tree);
        return { op: tree.is, k: tree.k, yes: this.#distance(tree.yes), no: this.#distance(tree.no) };
    }
  }

  /** Sees to it that both ways are within reach. */
  #placeWays({ yes, no }: Extract<Tree, { kind: 'ask' }>): void {
    this.place(no);
    this.place(yes);
    for (const way of [no, yes]) if (this.#distance(way) > FARTHEST) this.#repeat(way);
  }

  /** Sees to it that the next instruction is where a tree begins: what does not jump goes on there. */
  #placeNext(tree: Tree): void {
    this.place(tree);
    if (this.#distance(tree) > 0) this.#repeat(tree);
  }

  /** An answer is as short as the jump to it would be. */
  #repeat(tree: Tree): void {
    const answer = tree.kind === 'answer';
    this.#put(tree, answer ? { op: 'return', k: tree.value } : { op: 'jump', k: this.#distance(tree) });
  }

  /** How many instructions lie between the next to be written and the beginning of a tree. */
  #distance(tree: Tree): number {
    return this.#written.length - 1 - (this.#places.get(tree) as number);
  }

  #put(tree: Tree, instruction: Instruction): void {
    this.#written.push(instruction);
    this.#places.set(tree, this.#written.length - 1);
  }
}
