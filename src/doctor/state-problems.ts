import type { Complaint, Facts } from './facts.js';
import type { Refusal } from './trials.js';
import { asRoot } from './ways-out.js';

/** What labs want of the state directory, beside that it can be written. */
export const STATE_NEEDS = [
  'state space',
  'state programs',
  'state root',
  'state overlay',
  'state attributes',
  'state user attributes',
  'state id-mapping',
] as const;

export type StateNeed = (typeof STATE_NEEDS)[number];

export function isStateNeed(need: string): need is StateNeed {
  return need in REASONS;
}

/** Why the state directory cannot be used at all, and the ways out; null where it can. */
export function explainNoState({ state: { refused, elsewhere } }: Facts, lab: string) {
  if (refused === null) return null;
  return { why: refused.message, remedies: elsewhere === null ? one(refused) : [at(elsewhere, lab)] };
}

/** Why the state directory does not give what a lab needs, and the ways out; null where it does, or where nothing could be tried. */
export function explainState(need: StateNeed, facts: Facts, lab: string) {
  const refusal = refusalOf(need, facts);
  if (!refusal) return null;
  const { why, prepared } = REASONS[need];
  return { why: why(facts.state.path), evidence: [refusal.said], remedies: waysOut(facts, lab, prepared) };
}

function refusalOf(need: StateNeed, { trials, state }: Facts): Refusal | null {
  if (!WITHOUT_OVERLAY.has(need) && (trials.mnt || trials.overlay)) return null;
  if (!state.trials) return null;
  const { space, programs, overlay, attributes, userAttributes, idmapping } = state.trials;
  const refusals: Record<StateNeed, Refusal | null> = {
    'state space': space,
    'state programs': programs,
    'state root': trials.overlay || overlay ? programs : null, // an overlay is a mount of its own, without noexec
    'state overlay': overlay,
    'state attributes': attributes,
    'state user attributes': userAttributes,
    'state id-mapping': idmapping,
  };
  return refusals[need];
}

/** Where there are no overlays at all, this directory is not to blame. */
const WITHOUT_OVERLAY: ReadonlySet<StateNeed> = new Set<StateNeed>(['state space', 'state programs', 'state root']);

const NO_PROGRAMS = {
  why: (path: string) => `No program can be run in the state directory, ${path}: it is on a mount with noexec.`,
  prepared: true,
};

/** `prepared`: what `tslab doctor --prepare` mounts over the state directory gives it. */
const REASONS: Readonly<Record<StateNeed, { why: (path: string) => string; prepared: boolean }>> = {
  'state space': {
    why: (path) => `The disk of the state directory, ${path}, is too full for the copies that the lab makes.`,
    prepared: false,
  },
  'state programs': NO_PROGRAMS,
  'state root': NO_PROGRAMS,
  'state overlay': {
    why: (path) =>
      `The file system of the state directory, ${path}, carries no writable layer: another overlay, as in a container, NFS and FAT do not.`,
    prepared: true,
  },
  'state attributes': {
    why: (path) =>
      `The file system of the state directory, ${path}, has no attributes in which an overlay could note anything.`,
    prepared: false,
  },
  'state user attributes': {
    why: (path) =>
      `The file system of the state directory, ${path}, has no user.* attributes (tmpfs has them since Linux 6.6).`,
    prepared: false,
  },
  'state id-mapping': {
    why: (path) =>
      `No layers in the state directory, ${path}, can be id-mapped: that takes Linux 5.19 and ext4, XFS or Btrfs (tmpfs since 6.3).`,
    prepared: false,
  },
};

function waysOut(facts: Facts, lab: string, prepared: boolean): string[] {
  const { elsewhere } = facts.state;
  const moved = elsewhere === null ? [] : [at(elsewhere, lab)];
  if (prepared && facts.privileged) return ['tslab doctor --prepare', ...moved];
  if (moved.length > 0) return moved;
  if (prepared && facts.uid !== 0) return [`sudo tslab doctor --prepare && sudo tslab ${lab}`];
  return prepared
    ? asRoot(facts, lab)
    : [`Name another directory, on ext4, XFS or Btrfs: TSLAB_STATE=DIR tslab ${lab}`];
}

function at(parent: string, lab: string): string {
  return `TSLAB_STATE=$(mktemp -d -p ${parent}) tslab ${lab}`;
}

function one({ remedy }: Complaint): string[] {
  return remedy === null ? [] : [remedy];
}
