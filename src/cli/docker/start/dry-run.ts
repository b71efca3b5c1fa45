import { cloneFlags, containerPieces, type Piece } from '../../../../labs/12-runtime/calls/container.js';
import type { ContainerConfig } from '../../../container/record.js';
import { planCgroup } from '../../../container/start/cgroup.js';
import { type Plan, planOf, unborn } from '../../../container/start/plan.js';
import { renderPlan } from '../../../docker/output/plan.js';
import { CLONE_FLAGS, flagNames } from '../../../kernel/constants.js';
import { renderCall } from '../../../kernel/render.js';
import { formatJson } from '../../../oci/json.js';
import type { Spec } from '../../../oci/spec.js';
import { here } from '../../../state/directories.js';

/** `tslab run --dry-run`: what is to be, and the system calls that would be made for it, by piece. */
export function renderDryRun(config: ContainerConfig, columns?: number): string {
  const { spec, at } = plan(config);
  return renderPlan(spec, [cloning(spec), ...containerPieces(spec, at, config.skip).map(partOf)], columns);
}

/** `tslab run --dry-run=json`: what is to be. */
export function renderSpec(config: ContainerConfig): string {
  return formatJson(plan(config).spec);
}

function plan(config: ContainerConfig): Plan {
  const directory = `${here().state}/containers/${config.id}`;
  return planOf(unborn(config, directory), {}, () => planCgroup(config));
}

function cloning(spec: Spec) {
  return {
    step: 'clone',
    lab: '01-pid-namespace',
    lines: [`clone(${flagNames(CLONE_FLAGS, cloneFlags(spec))}|SIGCHLD)`],
  };
}

function partOf({ step, lab, calls, gate }: Piece) {
  const first = gate?.lines.map((line) => `at the gate: ${line}`) ?? [];
  return { step, lab, lines: [...first, ...calls.map((call) => renderCall(call))] };
}
