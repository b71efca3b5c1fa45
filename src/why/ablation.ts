/** Finds out what refuses a program by taking layers away: it is run again and again, each time with one less, then with two less. */

/** Whether the program goes well, and, where it does not, which layers were enough to take away: one, or two together. */
export interface Ablation {
  /** It goes well as it is. */
  readonly goesWell: boolean;
  /** Each of these sets is enough. */
  readonly without: readonly (readonly string[])[];
  /** How often it was run. */
  readonly runs: number;
}

/** `goesWell` runs the program without some layers. */
export async function ablate(
  layers: readonly string[],
  goesWell: (without: readonly string[]) => Promise<boolean>,
): Promise<Ablation> {
  let runs = 0;
  const tryAll = async (sets: readonly (readonly string[])[]) => {
    const enough: (readonly string[])[] = [];
    for (const set of sets) {
      runs++;
      if (await goesWell(set)) enough.push(set);
    }
    return enough;
  };
  if ((await tryAll([[]])).length > 0) return { goesWell: true, without: [], runs };
  const alone = await tryAll(layers.map((layer) => [layer]));
  const without = alone.length > 0 ? alone : await tryAll(pairsOf(layers));
  return { goesWell: false, without, runs };
}

function pairsOf(layers: readonly string[]): string[][] {
  return layers.flatMap((one, i) => layers.slice(i + 1).map((other) => [one, other]));
}

/** Layers by the pieces of a container's list that make them, and the option of `run` that leaves each out. */
export const LAYERS: Readonly<Record<string, string>> = {
  seccomp: '--security-opt seccomp=unconfined',
  capabilities: '--cap-add ALL',
  'no-new-privs': '--security-opt no-new-privileges=false',
  mask: '--security-opt systempaths=unconfined',
  'read-only': 'leave --read-only out',
  user: '-u root',
};
