import {
  cloneFlags,
  containerPieces,
  type Piece,
  type Surroundings,
} from '../../../../labs/12-runtime/calls/container.js';
import type { ContainerConfig } from '../../../container/record.js';
import { inCgroup, planCgroup } from '../../../container/start/cgroup.js';
import { specFor, surroundings } from '../../../container/start/launch.js';
import { NEW_STATE } from '../../../container/state.js';
import { renderPlan } from '../../../docker/output/plan.js';
import { CLONE_FLAGS, flagNames } from '../../../kernel/constants.js';
import { renderCall } from '../../../kernel/render.js';
import { formatJson } from '../../../oci/json.js';
import { here } from '../../../state/directories.js';

/** `tslab run --dry-run`: what is to be, and the system calls that would be made for it, by piece. */
export function renderDryRun(config: ContainerConfig, columns?: number): string {
  const at = plannedSurroundings(config);
  return renderPlan(specFor(config, at), [cloning(config, at), ...containerPieces(config, at).map(partOf)], columns);
}

/** `tslab run --dry-run=json`: what is to be. */
export function renderSpec(config: ContainerConfig): string {
  return formatJson(specFor(config, plannedSurroundings(config)));
}

function plannedSurroundings(config: ContainerConfig): Surroundings {
  const directory = `${here().state}/containers/${config.id}`;
  return { ...surroundings({ config, directory, state: NEW_STATE }), ...inCgroup(planCgroup(config), config) };
}

function cloning(config: ContainerConfig, at: Surroundings) {
  const flags = flagNames(CLONE_FLAGS, cloneFlags(config, at));
  return { step: 'clone', lab: '01-pid-namespace', lines: [`clone(${flags}|SIGCHLD)`] };
}

function partOf({ step, lab, calls, gate }: Piece) {
  const first = gate?.lines.map((line) => `at the gate: ${line}`) ?? [];
  return { step, lab, lines: [...first, ...calls.map((call) => renderCall(call))] };
}
