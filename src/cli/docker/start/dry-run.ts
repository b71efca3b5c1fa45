import { containerPieces } from '../../../../labs/12-runtime/calls/container.js';
import { cloneFlags } from '../../../../labs/12-runtime/calls/namespaces.js';
import type { Piece, Surroundings } from '../../../../labs/12-runtime/calls/pieces.js';
import type { ContainerConfig } from '../../../container/record.js';
import { planCgroup } from '../../../container/start/cgroup.js';
import { previewNetworks } from '../../../container/start/joining.js';
import { layersOf, type Plan, planOf, unborn } from '../../../container/start/plan.js';
import { SharedNamespaces } from '../../../container/start/shared-namespaces.js';
import { madeMapsFor } from '../../../container/users/maps.js';
import { namespaceLines, previewNamespace } from '../../../container/users/user-namespace.js';
import { renderPlan } from '../../../docker/output/plan.js';
import { CLONE_FLAGS, flagNames } from '../../../kernel/constants.js';
import { renderCall } from '../../../kernel/render.js';
import { formatJson } from '../../../oci/json.js';
import type { Spec } from '../../../oci/spec.js';
import { here } from '../../../state/directories.js';

/** `tslab run --dry-run`: what is to be, and the system calls that would be made for it, by piece. */
export function renderDryRun(config: ContainerConfig, columns?: number): string {
  const { spec, at } = plan(config);
  const pieces = containerPieces(spec, at, config.skip).map(partOf);
  return renderPlan(spec, [...userNamespace(config), cloning(spec, at), ...pieces], columns);
}

/** `tslab run --dry-run=json`: what is to be. */
export function renderSpec(config: ContainerConfig): string {
  return formatJson(plan(config).spec);
}

function plan(config: ContainerConfig): Plan {
  const directory = `${here().state}/containers/${config.id}`;
  const container = unborn(config, directory);
  using shared = new SharedNamespaces(container);
  const { paths, shm } = shared;
  const maps = madeMapsFor(config.userns);
  const userNamespace = maps && previewNamespace(maps, layersOf(container).target);
  const made = { shared: { paths, shm }, network: previewNetworks(container)?.own, userNamespace };
  return planOf(container, made, () => planCgroup(config));
}

/** What is made before all else. */
function userNamespace({ userns }: ContainerConfig) {
  const maps = madeMapsFor(userns);
  return maps ? [{ step: 'user-namespace', lab: '09-users', lines: namespaceLines(maps) }] : [];
}

function cloning(spec: Spec, { userNamespace }: Surroundings) {
  return {
    step: 'clone',
    lab: '01-pid-namespace',
    lines: [`clone(${flagNames(CLONE_FLAGS, cloneFlags(spec, userNamespace !== undefined))}|SIGCHLD)`],
  };
}

function partOf({ step, lab, calls, gate }: Piece) {
  const first = gate?.lines.map((line) => `at the gate: ${line}`) ?? [];
  return { step, lab, lines: [...first, ...calls.map((call) => renderCall(call))] };
}
