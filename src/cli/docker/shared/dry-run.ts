import { containerPieces, namespacesOf, type Surroundings } from '../../../../labs/12-runtime/calls/container.js';
import type { ContainerConfig } from '../../../container/record.js';
import { cgroupView, plannedView } from '../../../container/start/cgroup-view.js';
import { specFor, surroundings } from '../../../container/start/launch.js';
import { NEW_STATE } from '../../../container/state.js';
import { renderPlan } from '../../../docker/output/plan.js';
import { CLONE_FLAGS, CLONE_NEWUSER, flagNames } from '../../../kernel/constants.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { renderCall } from '../../../kernel/render.js';
import { formatJson } from '../../../oci/json.js';
import type { Spec } from '../../../oci/spec.js';
import { here } from '../../../state/directories.js';

/** `tslab run --dry-run`: what is to be, and the system calls that would be made for it, by piece. */
export function renderDryRun(config: ContainerConfig): string {
  const at = plannedSurroundings(config);
  const pieces = containerPieces(config, at);
  const child = pieces.map(({ step, lab, calls }) => ({ step, lab, lines: calls.map((call) => renderCall(call)) }));
  return renderPlan(plannedSpec(config, at), [cloning(config), ...makingCgroup(config), ...child]);
}

/** `tslab run --dry-run=json`: what is to be. */
export function renderSpec(config: ContainerConfig): string {
  return formatJson(plannedSpec(config, plannedSurroundings(config)));
}

function plannedSurroundings(config: ContainerConfig): Surroundings {
  const directory = `${here().state}/containers/${config.id}`;
  const cgroup = config.skip.includes('cgroup') ? cgroupView(undefined) : plannedView(config.id);
  return { ...surroundings({ config, directory, state: NEW_STATE }), cgroup };
}

function plannedSpec(config: ContainerConfig, at: Surroundings): Spec {
  return specFor(config, at, makingCgroup(config).length > 0);
}

function cloning(config: ContainerConfig) {
  const flags = flagNames(CLONE_FLAGS, namespacesOf(config) | (isPrivileged() ? 0 : CLONE_NEWUSER));
  return { step: 'clone', lab: '01-pid-namespace', lines: [`clone(${flags}|SIGCHLD)`] };
}

/** What tslab itself does, before the child moves itself in. */
function makingCgroup({ id, resources, skip }: ContainerConfig) {
  if (skip.includes('cgroup') || !isPrivileged()) return [];
  const limits = Object.entries(resources).map(([name, value]) => `${name} ${value}`);
  const lines = [`make the cgroup tslab/${id}, write its limits (${limits.join(', ') || 'none'}), move in`];
  return [{ step: 'cgroup', lab: '03-cgroups', lines }];
}
