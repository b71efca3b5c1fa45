import { inScope } from '../cgroup/again.js';
import { restrictions } from './explanations.js';
import type { Facts } from './facts.js';
import { asRoot, privileged } from './ways-out.js';

/** Why a lab gets no cgroup at all, and the ways out; null where it gets one. */
export function explainNoCgroups(facts: Facts, lab: string): { why: string; remedies: readonly string[] } | null {
  const { refused } = facts.cgroups;
  return refused && { why: refused.message, remedies: waysOut(facts, refused, lab) };
}

function waysOut(facts: Facts, { reason, remedy }: NonNullable<Facts['cgroups']['refused']>, lab: string): string[] {
  if (facts.container && restrictions(facts).length > 0) return [privileged(facts)];
  if (reason === 'not mounted') return one(remedy);
  if (reason === 'read-only') return one(remedy).map((command) => command.replace(/\btslab .*$/, `tslab ${lab}`));
  if (reason === 'occupied' || reason === 'threaded') return [...delegation(facts, lab), prepared(facts, lab)];
  return [...delegation(facts, lab), ...asRoot(facts, lab)];
}

/** Only systemd can make a cgroup for its user, and only v2 is safe to delegate: cgroups(7). */
function delegation({ cgroups: { layout }, systemd, uid }: Facts, lab: string): string[] {
  return layout === 'v2' && systemd && uid !== 0 ? [inScope(`tslab ${lab}`)] : [];
}

function prepared({ uid }: Facts, lab: string): string {
  return uid === 0 ? 'tslab doctor --prepare' : `sudo tslab doctor --prepare && sudo tslab ${lab}`;
}

/** Why a controller is missing from the cgroups that a lab gets, and the ways out; null where it is there. */
export function explainNoController(facts: Facts, name: string, lab: string) {
  const { controllers, layout, enabled } = facts.cgroups;
  if (controllers.some((one) => one === name)) return null;
  if (layout === 'v2') return facts.uid === 0 ? notEnabled(name) : notDelegated(facts, lab);
  return enabled.includes(name) ? notMounted(name) : notEnabled(name);
}

function notDelegated(facts: Facts, lab: string) {
  const why = 'Not every controller is delegated to this user.';
  return { why, remedies: [...asRoot(facts, lab), ...(facts.systemd ? [DELEGATE] : [])] };
}

/** systemd hands down memory and pids, since version 244 cpu too, and cpuset only where it is told so. */
const DELEGATE = `sudo mkdir -p /etc/systemd/system/user@.service.d
printf '[Service]\\nDelegate=cpu cpuset memory pids\\n' |
  sudo tee /etc/systemd/system/user@.service.d/tslab.conf
sudo systemctl daemon-reload   (and log in again)`;

function notMounted(name: string) {
  const directory = `/sys/fs/cgroup/${name}`;
  const mount = `sudo mkdir -p ${directory} && sudo mount -t cgroup -o ${name} cgroup ${directory}`;
  return {
    why: `The controller ${name} is in this kernel, but mounted nowhere that this user may write.`,
    remedies: [mount],
  };
}

/** Debian's and Raspberry Pi's kernels have had memory switched off by default to save some of it. */
function notEnabled(name: string) {
  const remedies = name === 'memory' ? ['Add cgroup_enable=memory to the command line of the kernel, and reboot.'] : [];
  return {
    why: `The controller ${name} is not in this kernel, is switched off, or is not handed down to here.`,
    remedies,
  };
}

function one(remedy: string | null): string[] {
  return remedy === null ? [] : [remedy];
}
