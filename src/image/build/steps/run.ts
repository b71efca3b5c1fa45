import { writeFileSync } from 'node:fs';
import { commitLayer, type NewLayer } from '../../store/commit-layer.js';
import type { Of } from '../dockerfile/instructions.js';
import { parseRunMount } from '../dockerfile/run-mounts.js';
import { type Draft, diffIdsOf, directoriesOf } from '../draft.js';
import type { HostMount, RunOptions, RunStep } from '../host.js';
import { failedRun } from './failed-run.js';
import { absolute, expandHere, type Here } from './here.js';
import { type PreparedMount, prepareMount } from './mounts.js';
import { type Scratch, withScratch } from './scratch.js';
import { commandWords } from './settings.js';

/** RUN. */
export async function takeRun(instruction: Of<'RUN'>, here: Here): Promise<Draft> {
  const { draft, scope, around } = here;
  const { Env, User, WorkingDir } = draft.settings;
  const { command } = instruction;
  const mounts = await Promise.all(instruction.mounts.map((given) => prepare(given, instruction, here)));
  const inputs = {
    ...scope.inputs(draft.settings),
    ...Object.fromEntries(mounts.map(({ input }, i) => [`--mount=${instruction.mounts[i]}`, input])),
    ...networkInputs(optionsOf(instruction, here)),
  };
  const text = 'script' in command ? command.script : commandWords(command, draft.settings).join(' ');
  return around.steps.take(draft, {
    text: `RUN ${text}`,
    settings: { Env, User, WorkingDir },
    inputs,
    after: draft.settings,
    make: () => withScratch(async (scratch) => run(await stepOf({ instruction, mounts, scratch }, here), here)),
  });
}

function prepare(given: string, instruction: Of<'RUN'>, here: Here): Promise<PreparedMount> {
  const mount = parseRunMount(expandHere(given, instruction, here), (path) => absolute(path, here.draft.settings));
  return prepareMount(mount, here.around, instruction.at);
}

interface Prepared {
  readonly instruction: Of<'RUN'>;
  readonly mounts: readonly PreparedMount[];
  readonly scratch: Scratch;
}

async function stepOf({ instruction, mounts, scratch }: Prepared, here: Here): Promise<RunStep> {
  const { draft, scope, around } = here;
  const { command } = instruction;
  const program = 'script' in command ? scriptIn(scratch, command.script) : undefined;
  const made = [];
  for (const mount of mounts) made.push(await mount.make(scratch));
  return {
    layers: directoriesOf(draft),
    words: 'script' in command ? [SCRIPT] : commandWords(command, draft.settings),
    env: [...scope.environment(draft.settings), ...made.flatMap(({ env }) => env)],
    user: draft.settings.User ?? '',
    workdir: draft.settings.WorkingDir || '/',
    ...optionsOf(instruction, here),
    mounts: [...made.flatMap((one) => one.mounts), ...(program ? [program] : [])],
    onOutput: (bytes) => around.tell({ kind: 'output', bytes }),
  };
}

function optionsOf({ network }: Of<'RUN'>, { around }: Here): RunOptions {
  return { ...around.run, ...(network && { network }) };
}

/** Limits change nothing of what is made, but where RUN finds what it fetches does. */
function networkInputs({ network, extraHosts }: RunOptions): Record<string, string> {
  return { ...(network && { network }), ...(extraHosts && { '--add-host': extraHosts.join(' ') }) };
}

/** Where a here-document that begins with `#!` is while it runs, as with BuildKit. */
const SCRIPT = '/dev/pipes/EOF';

function scriptIn(scratch: Scratch, content: string): HostMount {
  const source = scratch.path();
  writeFileSync(source, content, { mode: 0o755 });
  return { type: 'bind', source, target: SCRIPT, readOnly: true };
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
