import type { ContainerConfig, Resources } from '../../../container/record.js';
import { boundingOf, hasProfile, seccompOf } from '../../../container/security.js';
import type { Front } from '../../../container/start/foreground.js';
import { isInNetwork, loadNetworks } from '../../../container/start/joining.js';
import { planOf, unborn } from '../../../container/start/plan.js';
import type { OnCalls } from '../../../container/start/trace.js';
import { endedForGood, failed, isCreated, isUntried, leftCreated } from '../../../container/state.js';
import { findContainer } from '../../../container/store/find.js';
import { removeContainer } from '../../../container/store/remove.js';
import { type Container, updateState, updateStateIfPossible } from '../../../container/store/store.js';
import { startDetached } from '../../../container/supervisor/client.js';
import { parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { attachedStreams } from '../../../docker/attach.js';
import { createFrom, planned } from '../../../docker/create.js';
import { isContainerMode } from '../../../docker/options/network/network.js';
import { parseRun, type RunFlags, type RunRequest } from '../../../docker/options/run.js';
import { ownCapabilities } from '../../../kernel/credentials/capabilities.js';
import { isInOwnNamespace } from '../../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { programFor } from '../../../seccomp/program.js';
import { ledgerFiles } from '../../../state/ledger/ledger-file.js';
import { NotRemoved } from '../../../state/not-removed.js';
import { print } from '../../../terminal/output.js';
import type { ShownRefusals } from '../../../why/shown-refusals.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { defaultNetwork } from '../shared/default-network.js';
import { readEnvironment } from '../shared/environment.js';
import { imageToRun } from './find-image.js';
import { inFront } from './in-front.js';

/** The options of `run`, those of tslab's own included. */
export interface RunOptions extends RunFlags {
  readonly trace?: true;
  readonly showRefused?: true;
  readonly detachKeys?: string;
  readonly sigProxy?: boolean;
  readonly dryRun?: true;
  readonly 'dryRun=json'?: true;
}

/** Does what `tslab run` asks for. The exit status: that of the container, in the foreground. */
export async function runContainer(options: RunOptions, words: readonly string[]): Promise<number> {
  const request = await requestOf(options, words);
  const isDry = options['dryRun=json'] || options.dryRun;
  const plan = isDry || request.skip.length > 0 ? await checkedPlan(request) : undefined;
  if (plan && isDry) return await showPlan(plan, options['dryRun=json']);
  const keys = parseDetachKeys(options.detachKeys);
  if (!request.detached) checkForeground(request);
  using refused = options.showRefused ? await refusedPrinter(request) : undefined;
  const container = await create(request);
  const onCalls = options.trace ? await tracePrinter() : undefined;
  const shown = attachedStreams(container.config);
  const isSilent = !request.detached && !shown.stdout && !shown.stderr;
  if (isSilent) print(`${container.config.id}\n`);
  const front = { keys, warn, onCalls, asked: refused, shown, sigProxy: options.sigProxy ?? false };
  const status = await startCreated(container, front);
  if (refused && !refused.isFiltered)
    warn('--show-refused: the container has no seccomp filter, so none refuses anything');
  return isSilent ? 0 : status;
}

/** Does what `tslab create` asks for. Until its id is printed the container belongs to this command, and goes where that is killed. */
export async function createOnly(flags: RunFlags, words: readonly string[]): Promise<number> {
  const request = await requestOf(flags, words);
  if (request.skip.length > 0) await checkedPlan(request);
  const { id } = (await create(request)).config;
  updateState(id, leftCreated);
  print(`${id}\n`);
  return 0;
}

/** What the flags and words ask for. Throws UserError. */
export async function requestOf(given: RunOptions, words: readonly string[]): Promise<RunRequest> {
  const stored = await imageToRun(given, words[0] ?? '', () => asked(given, words));
  endIfForImageAlone();
  const [flags, command] = stored ? stored.withImageFlags(given, words, stored.image) : [given, words];
  const request = await inheriting(await asked(flags, command), flags);
  return stored ? { ...stored.withImageDefaults(request, stored.image), hold: stored.hold } : request;
}

/** A user's command that is done again as root of his ids (makeLayers() in src/docker/stored-image.ts) is so to make the image ready. The first one goes on then. */
function endIfForImageAlone(): void {
  if (isInOwnNamespace()) process.exit(0);
}

async function asked(flags: RunFlags, words: readonly string[]): Promise<RunRequest> {
  const caller = { ...readEnvironment(flags.envFile, flags.labelFile), network: await defaultNetwork(flags) };
  const given = await withIds(parseRun(await withProfile(flags), words, caller));
  return isContainerMode(given.network) ? sharingNetwork(given) : await inNetworks(given);
}

async function inheriting(request: RunRequest, { volumesFrom }: RunFlags): Promise<RunRequest> {
  if (!volumesFrom) return request;
  const { inheritedMounts } = await import('../../../docker/volumes-from.js');
  const own = new Set(request.mounts.map(({ target }) => target));
  return { ...request, inherited: inheritedMounts(volumesFrom, own) };
}

/** Reads the profile of `--security-opt seccomp=FILE`. Throws UserError (2), also where no program could start with it. */
async function withProfile(flags: RunFlags): Promise<RunFlags> {
  if (!flags.securityOpt) return flags;
  const { withProfiles } = await import('../shared/seccomp-profile.js');
  return withProfiles(flags);
}

/** Networks may be named by their ids. Without root there is but the default one. */
async function inNetworks({ endpoints = [], ...request }: RunRequest): Promise<RunRequest> {
  if (endpoints.length === 0) return request;
  if (!isPrivileged()) {
    const { refuseBridges } = await import('../../../container/network/join-by-helper.js');
    refuseBridges(endpoints);
    return { ...request, endpoints };
  }
  const { findNetwork } = await import('../../../network/create.js');
  const found = endpoints.map((one) => ({ ...one, network: findNetwork(one.network).name }));
  return { ...request, network: found[0]?.network ?? request.network, endpoints: found };
}

/** Who shares another container's network has its host name, as with Docker. */
function sharingNetwork(request: RunRequest): RunRequest {
  const { id, hostname } = findContainer(request.network.replace('container:', '')).config;
  return { ...request, network: `container:${id}`, hostname };
}

/** Whose other namespaces it shares. */
async function withIds(request: RunRequest): Promise<RunRequest> {
  const { ipc, pid } = request;
  if (ipc === undefined && pid === undefined) return request;
  const { withId } = await import('../../../docker/namespaces/with-id.js');
  return { ...request, ...(ipc && { ipc: withId(ipc) }), ...(pid && { pid: withId(pid) }) };
}

/** Makes the container. */
export async function create(request: RunRequest): Promise<Container> {
  const cidFile = request.cidFile === undefined ? undefined : await import('./cidfile.js');
  cidFile?.refuseExisting(request.cidFile as string);
  refuseUselessFilter(request);
  sweepIfNeeded();
  if (request.publish) tellDiscarded(request.network);
  const container = createFrom({ ...request, resources: await possible(request.resources) });
  cidFile?.writeCidFile(container);
  return container;
}

/** Of a profile of one's own: no program could start with it. The builtin one is compiled at the start alone. */
function refuseUselessFilter({ security }: RunRequest): void {
  const rules = security && hasProfile(security) && seccompOf(security, boundingOf(security, ownCapabilities()));
  if (rules) programFor(rules);
}

/** Docker's words for the host's network (moby, daemon/container.go); of none it says nothing. */
function tellDiscarded(network: string): void {
  if (network === 'host' || network === 'none')
    warn(`Published ports are discarded when using ${network} network mode`);
}

async function possible({ blkioWeight, ...others }: Resources): Promise<Resources> {
  if (blkioWeight === undefined) return others;
  const { keepsIoWeight } = await import('../shared/io-weight.js');
  return keepsIoWeight() ? { ...others, blkioWeight } : others;
}

/** Throws UserError (2) where `--skip` names what cannot be left out. */
async function checkedPlan(request: RunRequest): Promise<ContainerConfig> {
  const { checkSkips } = await import('../../../container/start/skips.js');
  const config = planned(request);
  checkSkips(config.skip, planOf(unborn(config)));
  return config;
}

async function showPlan(config: ContainerConfig, json = false): Promise<number> {
  if (isInNetwork({ config })) await loadNetworks();
  const { renderDryRun, renderSpec } = await import('./dry-run.js');
  // A terminal may have fewer columns than a file; one is for the comma.
  const columns = process.stdout.columns > 1 ? process.stdout.columns - 1 : undefined;
  print(json ? renderSpec(config) : renderDryRun(config, columns));
  return 0;
}

/** Only a supervisor starts anything again. */
function checkForeground(request: RunRequest): void {
  const { process, restart } = request;
  refuseWithoutTerminal({ ...process, interactive: attachedStreams(request).stdin });
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

/** Refused calls go to standard error; at a terminal in raw mode a line needs its carriage return. */
async function refusedPrinter({ detached, process: { tty } }: RunRequest): Promise<ShownRefusals> {
  if (detached) throw new UserError('--show-refused -d: nobody is there to be shown anything', 2, 'Leave -d out.');
  const { ShownRefusals } = await import('../../../why/shown-refusals.js');
  const { renderRefused } = await import('../../../docker/output/why.js');
  return new ShownRefusals((refusal) => process.stderr.write(`tslab: ${renderRefused(refusal)}${tty ? '\r\n' : '\n'}`));
}

/** Starts what is created. With `--rm` it is removed when it has ended. The exit status, as of {@link runContainer}. */
export async function startCreated(container: Container, front: Front): Promise<number> {
  const { detached, autoRemove } = container.config;
  try {
    return await (detached ? inBackground(container, front.onCalls) : inFront(container, front));
  } catch (error) {
    noteWhy(container, error);
    throw error;
  } finally {
    if (autoRemove) discardIfEnded(container);
  }
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
