import { asks, type Demo, pageOf } from '../state.js';

/** What a room has said to a question. */
export interface RoomVote {
  /** Undefined where it has not chosen, or two choices have as many hands. */
  readonly chosen: number | undefined;
  /** How many were for each choice, as far as they were counted. */
  readonly hands: readonly number[];
}

const MOST = 999;

/** A key that says what the room thinks: a letter is its choice; then digits, + and - are the hands for that. Undefined for others. */
export function vote(demo: Demo, key: string): Demo | undefined {
  const page = pageOf(demo);
  if (!asks(page)) return undefined;
  const { id, predict } = page.step;
  const choice = /^[a-z]$/i.test(key) ? key.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0) : -1;
  if (choice >= 0) return choice < predict.choices.length ? mark(demo, id, choice) : undefined;
  const marked = demo.votes[id];
  return marked === undefined ? undefined : count(demo, { id, choice: marked }, key);
}

/** Pressed again, the letter takes back what it said. */
function mark(demo: Demo, id: string, choice: number): Demo {
  const { [id]: earlier, ...votes } = demo.votes;
  if (earlier !== choice) return { ...demo, votes: { ...votes, [id]: choice } };
  return { ...setHands(demo, { id, choice }, 0), votes };
}

function count(demo: Demo, place: Place, key: string): Demo | undefined {
  const after = counted(demo.hands[place.id]?.[place.choice] ?? 0, key);
  return after === undefined ? undefined : setHands(demo, place, after);
}

interface Place {
  /** The step's. */
  readonly id: string;
  readonly choice: number;
}

function setHands(demo: Demo, { id, choice }: Place, count: number): Demo {
  const hands = Array.from({ length: Math.max(demo.hands[id]?.length ?? 0, choice + 1) }, (_, index) =>
    index === choice ? count : (demo.hands[id]?.[index] ?? 0),
  );
  return { ...demo, hands: { ...demo.hands, [id]: hands } };
}

function counted(before: number, key: string): number | undefined {
  if (key === '+') return Math.min(before + 1, MOST);
  if (key === '-') return Math.max(before - 1, 0);
  return /^\d$/.test(key) ? Number(`${before}${key}`.slice(-3)) : undefined;
}

/** What the room has said to the question of a step: by its hands where they were counted, else by the mark. */
export function votesOf({ votes, hands }: Pick<Demo, 'votes' | 'hands'>, id: string): RoomVote {
  const counts = hands[id] ?? [];
  const most = Math.max(...counts, 0);
  if (most === 0) return { chosen: votes[id], hands: [] };
  const leading = counts.flatMap((count, choice) => (count === most ? choice : []));
  return { chosen: leading.length === 1 ? leading[0] : undefined, hands: counts };
}
