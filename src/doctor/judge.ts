import type { Controller } from '../cgroup/types.js';
import { explainNoCgroups, explainNoController } from './cgroup-problems.js';
import { explain } from './explanations.js';
import type { Complaint, Facts } from './facts.js';
import { describeMachine } from './machine.js';
import type { DoctorReport, LabVerdict, Problem } from './report.js';
import { EVERY_LAB, type Need, REQUIREMENTS, type Requirement, WITHOUT_ROOT } from './requirements.js';
import { explainNoState, explainState, isStateNeed } from './state-problems.js';
import { asRoot } from './ways-out.js';

/** Which labs can run on a machine, why others cannot, and what to do about it. */
export function judge(facts: Facts): DoctorReport {
  const labs = Object.keys(REQUIREMENTS).map((id) => judgeLab(facts, id));
  return { ok: labs.every(({ verdict }) => verdict === 'can run'), machine: describeMachine(facts), labs };
}

function judgeLab(facts: Facts, id: string): LabVerdict {
  const problems = merge(requirementsOf(facts, id).flatMap((wanted) => problemWith(wanted, facts, id) ?? []));
  return { id, verdict: verdictOn(problems), problems };
}

function requirementsOf({ privileged }: Facts, id: string): Requirement[] {
  return [...EVERY_LAB, ...(privileged ? [] : WITHOUT_ROOT), ...(REQUIREMENTS[id] ?? [])];
}

function verdictOn(problems: readonly Problem[]): LabVerdict['verdict'] {
  if (problems.length === 0) return 'can run';
  return problems.some(({ blocks }) => blocks) ? 'cannot' : 'can run partly';
}

function problemWith(wanted: Requirement, facts: Facts, lab: string): Problem | null {
  const found = lookInto(wanted.need, facts, lab);
  if (found === null) return null;
  const blocks = wanted.without === undefined || (wanted.vitalForRoot === true && facts.privileged);
  return { evidence: [], ...found, blocks, without: blocks ? [] : [wanted.without as string] };
}

interface Explained {
  readonly why: string;
  readonly remedies: readonly string[];
  readonly evidence?: readonly string[];
}

/** What is wrong with one need; null: nothing. */
function lookInto(need: Need, facts: Facts, lab: string): Explained | null {
  if (need === 'rootfs') return fromComplaint(facts.rootfs.refused);
  if (need === 'state') return explainNoState(facts, lab);
  if (isStateNeed(need)) return explainState(need, facts, lab);
  if (need === 'second CPU') return facts.cpus > 1 ? null : ONE_CPU;
  if (need === 'trusted attributes')
    return facts.privileged ? null : { why: NOT_TRUSTED, remedies: asRoot(facts, lab) };
  if (need === 'root') return facts.privileged ? null : { why: ONLY_OWN_ID, remedies: asRoot(facts, lab) };
  if (need === 'subordinate ids') return fromComplaint(facts.subordinateIds);
  if (need === 'cgroups') return explainNoCgroups(facts, lab);
  if (isController(need)) {
    // Without any cgroup it is enough to say that.
    return facts.cgroups.refused ? null : explainNoController(facts, need.replace(' controller', ''), lab);
  }
  const refusal = facts.trials[need];
  return refusal && { ...explain({ facts, lab, need, refusal }), evidence: [refusal.said] };
}

const ONE_CPU: Explained = {
  why: 'There is only one CPU here that tslab may use.',
  remedies: ['Give the virtual machine a second CPU.'],
};

/** user_namespaces(7) for the map, mount_setattr(2) for id-mapped mounts. */
const ONLY_OWN_ID =
  'Only root of the host may map ids as it likes, and id-map mounts: an ordinary user maps its own id.';

/** xattr(7) for trusted.*; ovl_fs_params_verify() in fs/overlayfs/params.c for the two options. */
const NOT_TRUSTED =
  'Only the root of the host may write trusted.* attributes. With user.* in their place (userxattr) overlayfs takes no redirect_dir.';

function isController(need: Need): need is `${Controller} controller` {
  return need.endsWith(' controller');
}

function fromComplaint(refused: Complaint | null): Explained | null {
  return refused && { why: refused.message, remedies: refused.remedy === null ? [] : [refused.remedy] };
}

/** One cause is told once. Of what the kernel said, the first is enough: the rest follows from it. */
function merge(problems: readonly Problem[]): Problem[] {
  const causes = [...new Set(problems.map(({ why }) => why))];
  return causes.map((why) => {
    const same = problems.filter((problem) => problem.why === why);
    const blocks = same.some((problem) => problem.blocks);
    const without = blocks ? [] : same.flatMap((problem) => problem.without);
    const evidence = same.flatMap((problem) => problem.evidence).slice(0, 1);
    return { why, evidence, blocks, without, remedies: same[0]?.remedies ?? [] };
  });
}
