import { commitLayer, type NewLayer } from '../../store/commit-layer.js';
import type { Of } from '../dockerfile/instructions.js';
import { parseRunMount } from '../dockerfile/run-mounts.js';
import { type Draft, diffIdsOf, directoriesOf } from '../draft.js';
import type { RunStep } from '../host.js';
import { failedRun } from './failed-run.js';
import { absolute, expandHere, type Here } from './here.js';
import { type PreparedMount, prepareMount, withScratch } from './mounts.js';
import { commandWords } from './settings.js';

/** RUN. */
export async function takeRun(instruction: Of<'RUN'>, here: Here): Promise<Draft> {
  const { draft, scope, around } = here;
  const { Env, User, WorkingDir } = draft.settings;
  const words = commandWords(instruction.command, draft.settings);
  const mounts = await Promise.all(instruction.mounts.map((given) => prepare(given, instruction, here)));
  const inputs = {
    ...scope.inputs(draft.settings),
    ...Object.fromEntries(mounts.map(({ input }, i) => [`--mount=${instruction.mounts[i]}`, input])),
    ...(instruction.network ? { network: instruction.network } : {}),
  };
  return around.steps.take(draft, {
    text: `RUN ${words.join(' ')}`,
    settings: { Env, User, WorkingDir },
    inputs,
    after: draft.settings,
    make: () => withScratch(async (scratch) => run(await stepOf({ instruction, words, mounts, scratch }, here), here)),
  });
}

function prepare(given: string, instruction: Of<'RUN'>, here: Here): Promise<PreparedMount> {
  const mount = parseRunMount(expandHere(given, instruction, here), (path) => absolute(path, here.draft.settings));
  return prepareMount(mount, (from) => here.around.sourceOf(from, instruction.at));
}

interface Prepared {
  readonly instruction: Of<'RUN'>;
  readonly words: readonly string[];
  readonly mounts: readonly PreparedMount[];
  readonly scratch: string;
}

async function stepOf({ instruction, words, mounts, scratch }: Prepared, here: Here): Promise<RunStep> {
  const { draft, scope, around } = here;
  return {
    layers: directoriesOf(draft),
    words,
    env: scope.environment(draft.settings),
    user: draft.settings.User ?? '',
    workdir: draft.settings.WorkingDir || '/',
    network: instruction.network,
    mounts: await Promise.all(mounts.map((mount, i) => mount.make(`${scratch}/${i}`))),
    onOutput: (bytes) => around.tell({ kind: 'output', bytes }),
  };
}

async function run(step: RunStep, { draft, around }: Here): Promise<NewLayer> {
  const { host, tell } = around;
  const { layer, ...outcome } = await host.run(step, (changed) =>
    commitLayer(changed, diffIdsOf(draft), around.aborted),
  );
  if (!layer) throw failedRun(outcome, step, host);
  for (const path of layer.leftOut)
    tell({ kind: 'warning', text: `${path} is in no layer: it is a socket, or has a name that means a deleted file` });
  return layer;
}
