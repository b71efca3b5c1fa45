import { containerPieces } from '../../../../labs/12-runtime/calls/container.js';
import { splitOption } from '../../../container/security.js';
import { planOf, unborn } from '../../../container/start/plan.js';
import { parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { planned } from '../../../docker/create.js';
import type { RunRequest } from '../../../docker/options/run.js';
import { renderAblation } from '../../../docker/output/why.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { ABIS, ABIS_OF, thisMachine } from '../../../seccomp/abi.js';
import { print } from '../../../terminal/output.js';
import { ablate, LAYERS } from '../../../why/ablation.js';
import { MACHINE_CALLS } from '../../../why/machine-calls.js';
import { warn } from '../../leftovers.js';
import { create, startCreated } from './run-container.js';

const SILENT = { stdout: false, stderr: false };

/** Where the kernel does not tell: finds out by running the command again, in new containers, without a layer. The exit status: 0 where it goes well. */
export async function whyByAblation(request: RunRequest, asJson: boolean): Promise<number> {
  using _held = request.hold;
  refuseSideEffects(request);
  if (request.network !== 'none')
    warn('the command is run several times: what it does in the network, it does as often');
  const found = await ablate(layersOf(request), async (without) => {
    const container = await create({ ...guarded(request, without), name: undefined, hold: undefined });
    return (await startCreated(container, { keys: parseDetachKeys(undefined), warn: () => {}, shown: SILENT })) === 0;
  });
  print(asJson ? `${JSON.stringify({ method: 'ablation', ...found }, null, 2)}\n` : renderAblation(found));
  return found.goesWell ? 0 : 1;
}

/**
 * The container without these layers. Without its filter it has one that keeps it from changing the whole machine: by that alone `date -s` would go
 * well without capabilities, and have set the clock.
 */
function guarded(request: RunRequest, without: readonly string[]): RunRequest {
  const { security = {}, skip } = request;
  const isFiltered = layersOf(request).includes('seccomp');
  if (isFiltered && !without.includes('seccomp')) return { ...request, skip: [...skip, ...without] };
  const others = (security.securityOpt ?? []).filter((option) => splitOption(option)[0] !== 'seccomp');
  const securityOpt = [...others, `seccomp=${JSON.stringify(GUARD)}`];
  return {
    ...request,
    security: { ...security, securityOpt },
    skip: [...skip, ...without].filter((step) => step !== 'seccomp'),
  };
}

/** By the numbers of all ABIs: one that is not named would be killed for any call. */
const GUARD = {
  defaultAction: 'SCMP_ACT_ALLOW',
  architectures: ABIS_OF[thisMachine()].map((abi) => ABIS[abi].profile),
  syscalls: [{ names: MACHINE_CALLS, action: 'SCMP_ACT_ERRNO' }],
};

/** What its list has of layers that may be left out. */
function layersOf(request: RunRequest): string[] {
  const { spec, at } = planOf(unborn(planned(request)));
  const steps = new Set(containerPieces(spec, at).map(({ step }) => step));
  return Object.keys(LAYERS).filter((layer) => steps.has(layer) && !request.skip.includes(layer));
}

/** Throws UserError (3): what each run writes to a volume stays there for the next. */
function refuseSideEffects({ mounts }: RunRequest): void {
  const writable = mounts.find((mount) => mount.type !== 'tmpfs' && !mount.readOnly);
  if (!writable) return;
  const message = `why would run the command several times, and what it writes to ${writable.target} stays each time`;
  throw new UserError(message, 3, `Let it see a copy, or mount it read-only: -v SOURCE:${writable.target}:ro`);
}
