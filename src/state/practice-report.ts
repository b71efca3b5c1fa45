import { join } from 'node:path';
import { flag, integer, list, maybe, type Parser, record, text } from '../kernel/parser.js';
import { isAlive, startTime } from '../procfs/processes.js';
import { stateDirectory } from './directories.js';
import { type Format, readNote, writeNote } from './stored.js';

/** A fact of an exercise, as somebody's last look found it. */
export interface FactReport {
  readonly fact: string;
  readonly held: boolean;
  readonly at?: string | undefined;
  readonly says?: string | undefined;
}

/** What the engine at a terminal has seen last, for whoever looks on from elsewhere: pages of `tslab serve`. */
export interface PracticeReport {
  readonly facts: readonly FactReport[];
  /** The engine still runs. */
  readonly isLive: boolean;
}

interface Stored {
  readonly pid: number;
  readonly begun: number;
  readonly facts: readonly FactReport[];
}

const FACT: Parser<FactReport> = record<FactReport>({ fact: text, held: flag, at: maybe(text), says: maybe(text) });

const REPORT: Format<Stored> = {
  version: 1,
  limit: 2 ** 20,
  parse: record<Stored>({ pid: integer(1), begun: integer(0), facts: list(FACT) }),
};

/** Reports facts, unless they are what was reported last. Nothing depends on it: a state directory that cannot be written is told of by others. */
export class PracticeReporter {
  readonly #id: string;
  #last = '';

  constructor(id: string) {
    this.#id = id;
  }

  readonly report = (
    seen: readonly { fact: string; held: boolean; at: string | null; says: string | null }[],
  ): void => {
    const facts = seen.map(({ fact, held, at, says }) => ({
      fact,
      held,
      at: at ?? undefined,
      says: says ?? undefined,
    }));
    const text = JSON.stringify(facts);
    if (text === this.#last || facts.length === 0) return;
    this.#last = text;
    try {
      writeNote(fileOf(this.#id), { pid: process.pid, begun: startTime('self') ?? 0, facts }, REPORT);
    } catch {}
  };
}

/** Undefined where nobody has begun it, or the report cannot be read. */
export function readReport(id: string): PracticeReport | undefined {
  try {
    const stored = readNote(fileOf(id), REPORT);
    return stored && { facts: stored.facts, isLive: isAlive(stored.pid, stored.begun) };
  } catch {
    return undefined;
  }
}

function fileOf(id: string): string {
  return join(stateDirectory('exercises'), `${id}.json`);
}
