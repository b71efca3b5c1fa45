import { containerPieces, namespacesOf } from '../../../../labs/12-runtime/calls/container.js';
import type { ContainerConfig } from '../../../container/record.js';
import { cgroupView, plannedView } from '../../../container/start/cgroup-view.js';
import { surroundings } from '../../../container/start/launch.js';
import { NEW_STATE } from '../../../container/state.js';
import { renderPlan } from '../../../docker/output/plan.js';
import { CLONE_FLAGS, CLONE_NEWUSER, flagNames } from '../../../kernel/constants.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { renderCall } from '../../../kernel/render.js';
import { here } from '../../../state/directories.js';

/** `tslab run --dry-run`: the system calls that would be made, by piece. */
export function renderDryRun(config: ContainerConfig): string {
  const directory = `${here().state}/containers/${config.id}`;
  const cgroup = config.skip.includes('cgroup') ? cgroupView(undefined) : plannedView(config.id);
  const pieces = containerPieces(config, { ...surroundings({ config, directory, state: NEW_STATE }), cgroup });
  const child = pieces.map(({ step, lab, calls }) => ({ step, lab, lines: calls.map((call) => renderCall(call)) }));
  return renderPlan([cloning(config), ...makingCgroup(config), ...child]);
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
