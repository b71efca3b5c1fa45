/** What one turn cost, in milliseconds. */
export interface Cost {
  /** From start to exit. */
  readonly wall: number;
  /** User and system time of the process and of all that it waited for; 0 where nobody counts it. Steadier than `wall` on a busy machine. */
  readonly cpu: number;
  /** The most bytes that were resident in one of its processes; undefined where nobody looks. */
  readonly memory?: number;
}

/** Who takes part in a race: does the same thing each time that it is asked. */
export interface Contender {
  readonly name: string;
  measure(): Promise<Cost>;
  end(): void;
}

export interface Race {
  readonly rounds: number;
  /** Measurements of one contender in a row, so that each finds its own code in the processor's caches, as in a loop. */
  readonly turn: number;
  /** Rounds that do not count. */
  readonly warmUp: number;
}

/** What each contender cost, by name. They take turns in a new order each round, so that the load of the machine hits all alike. */
export async function race(
  all: readonly Contender[],
  { rounds, turn, warmUp }: Race,
): Promise<ReadonlyMap<string, Cost[]>> {
  const costs = new Map<string, Cost[]>(all.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const one of shuffled(all)) {
      for (let n = 0; n < turn; n++) {
        const cost = await one.measure();
        if (round >= 0) costs.get(one.name)?.push(cost);
      }
    }
  }
  return costs;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => [Math.random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}
