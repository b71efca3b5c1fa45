import type { ContainerConfig } from '../../../container/record.js';
import { runForeground } from '../../../container/start/foreground.js';
import { planOf, unborn } from '../../../container/start/plan.js';
import type { OnCalls } from '../../../container/start/trace.js';
import { endedForGood, failed, isCreated, isUntried } from '../../../container/state.js';
import { removeContainer } from '../../../container/store/remove.js';
import { type Container, updateStateIfPossible } from '../../../container/store/store.js';
import { startDetached } from '../../../container/supervisor/client.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { createFrom, planned } from '../../../docker/create.js';
import { parseRun, type RunFlags, type RunRequest } from '../../../docker/options/run.js';
import { ledgerFiles } from '../../../state/ledger/ledger-file.js';
import { NotRemoved } from '../../../state/not-removed.js';
import { print } from '../../../terminal/output.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { readEnvironment } from '../shared/environment.js';

/** The options of `run`, those of tslab's own included. */
export interface RunOptions extends RunFlags {
  readonly trace?: true;
  readonly dryRun?: true;
  readonly 'dryRun=json'?: true;
}

/** Does what `tslab run` asks for. The exit status: that of the container, in the foreground. */
export async function runContainer(options: RunOptions, words: readonly string[]): Promise<number> {
  const request = parseRun(options, words, readEnvironment(options.envFile));
  const isDry = options['dryRun=json'] || options.dryRun;
  const plan = isDry || request.skip.length > 0 ? await checkedPlan(request) : undefined;
  if (plan && isDry) return await showPlan(plan, options['dryRun=json']);
  if (!request.detached) checkForeground(request);
  sweepIfNeeded();
  const container = createFrom(request);
  return await start(container, options.trace ? await tracePrinter() : undefined);
}

/** Throws UserError (2) where `--skip` names what cannot be left out. */
async function checkedPlan(request: RunRequest): Promise<ContainerConfig> {
  const { checkSkips } = await import('../../../container/start/skips.js');
  const config = planned(request);
  checkSkips(config.skip, planOf(unborn(config)));
  return config;
}

async function showPlan(config: ContainerConfig, json = false): Promise<number> {
  const { renderDryRun, renderSpec } = await import('./dry-run.js');
  // A terminal may have fewer columns than a file; one is for the comma.
  const columns = process.stdout.columns > 1 ? process.stdout.columns - 1 : undefined;
  print(json ? renderSpec(config) : renderDryRun(config, columns));
  return 0;
}

/** Only a supervisor starts anything again. */
function checkForeground({ process, restart }: RunRequest): void {
  refuseWithoutTerminal(process);
  if (restart.name !== 'no') warn(`--restart is for detached containers: without -d this one is not started again`);
}

/** Nearly always nobody has left anything, and looking for that is cheap. */
function sweepIfNeeded(): void {
  if (ledgerFiles().length > 0) sweepLeftovers();
}

/** The trace goes to standard error: standard output is the container's. */
async function tracePrinter(): Promise<OnCalls> {
  const { renderTrace } = await import('../../../docker/output/trace.js');
  return (calls) => process.stderr.write(renderTrace(calls));
}

/** Starts what is created. With `--rm` it is removed when it has ended. */
async function start(container: Container, onCalls: OnCalls | undefined): Promise<number> {
  const { detached, autoRemove } = container.config;
  try {
    return await (detached ? inBackground(container, onCalls) : inForeground(container, onCalls));
  } catch (error) {
    noteWhy(container, error);
    throw error;
  } finally {
    if (autoRemove) discardIfEnded(container);
  }
}

async function inForeground(container: Container, onCalls: OnCalls | undefined): Promise<number> {
  const { exitCode } = await runForeground(container, onCalls);
  return exitCode;
}

async function inBackground({ config }: Container, onCalls: OnCalls | undefined): Promise<number> {
  await startDetached(config.id, onCalls);
  print(`${config.id}\n`);
  return 0;
}

/** In the state of a container that never ran, as `docker inspect` has it. The launch has done so where it came to that. */
function noteWhy({ config }: Container, reason: unknown): void {
  const error = reason instanceof Error ? reason.message : String(reason);
  updateStateIfPossible(config.id, (state) => (isUntried(state) ? failed(state, 125, error) : state));
}

/** With `--rm`, also where it could not be started. A detached one that runs is removed by its supervisor. */
function discardIfEnded(container: Container): void {
  try {
    removeContainer(container, true, (state) => isCreated(state) || endedForGood(state));
  } catch (error) {
    // The exit status is the program's all the same.
    if (!(error instanceof NotRemoved)) throw error;
    warn(error.message);
  }
}
