import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { openCgroups } from '../cgroup/open.js';
import { CgroupsRefused } from '../cgroup/refusal.js';
import { openTriedCgroups } from '../cgroup/trial.js';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { UserError } from '../kernel/errors/user-error.js';
import { findProgram, programDirectories } from '../kernel/files/program-path.js';
import { detectLayout } from '../procfs/cgroups.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { findBusybox } from '../rootfs/busybox.js';
import { findPrograms } from '../rootfs/programs.js';
import { here } from '../state/directories.js';
import { readContainer } from './container.js';
import { findElsewhere, isWhole } from './elsewhere.js';
import type { CgroupFacts, Complaint, Facts } from './facts.js';
import { examineIds } from './ids/examine-ids.js';
import { whyNoSubordinateIds } from './ids/subordinate-ids.js';
import { readSelf } from './self.js';
import { leavingNoDirectories, tryState } from './state-trials.js';
import { readSysctls, textOf } from './sysctls.js';
import { tryAll } from './trials.js';

/**
 * Finds out what this machine allows: by trying, where that leaves nothing behind, else by reading.
 * What was tried decides; what was read explains.
 */
export function examine(): Facts {
  return leavingNoDirectories(lookAround);
}

function lookAround(): Facts {
  const privileged = isPrivileged();
  const state = examineState(privileged);
  return {
    uid: process.geteuid?.() ?? 0,
    privileged,
    release: release(),
    arch: process.arch,
    ...readSelf(), //             CPUs, capabilities, seccomp, AppArmor
    trials: tryAll(privileged), // namespaces, mounts, pivot_root
    sysctls: readSysctls(), //    why they may fail
    container: readContainer(),
    hiddenProc: readHiddenProc(),
    systemd: existsSync('/run/systemd/system'), // sd_booted(3)
    state, //                     files, programs, overlays
    cgroups: examineCgroups(state.refused === null), // a cgroup, with a child in it
    rootfs: examineRootfs(),
    programs: { ip: pathOf('ip'), nft: pathOf('nft') },
    ids: examineIds(), //        /etc/subuid, newuidmap
    subordinateIds: whyNoSubordinateIds(privileged),
  };
}

/** A container runtime covers files of /proc with /dev/null and empty directories. */
function readHiddenProc(): string[] {
  const points = readMountinfo().map(({ mountPoint }) => mountPoint);
  // binfmt_misc is mounted there on ordinary hosts, and hides nothing.
  return points.filter((point) => point.startsWith('/proc/') && point !== '/proc/sys/fs/binfmt_misc');
}

/** Without a state directory there is no ledger to write a cgroup into, so that it is looked at and not tried. */
function examineCgroups(mayTry: boolean): CgroupFacts {
  const layout = detectLayout(readMountinfo());
  const enabled = parseEnabled(textOf('/proc/cgroups') ?? '');
  try {
    const { controllers } = mayTry ? openTriedCgroups() : openCgroups();
    return { layout, enabled, controllers: [...controllers], refused: null };
  } catch (error) {
    if (!(error instanceof CgroupsRefused)) throw error;
    const { message, reason, remedy = null } = error;
    return { layout, enabled, controllers: [], refused: { message, reason, remedy } };
  }
}

/** The controllers in the text of /proc/cgroups that are enabled: name, hierarchy, number of cgroups, 1 or 0. */
export function parseEnabled(text: string): string[] {
  return [...text.matchAll(/^(\w+)\t\d+\t\d+\t1$/gm)].map(([, name]) => name as string);
}

function examineRootfs(): Facts['rootfs'] {
  const busybox = findBusybox()?.path ?? null;
  if (busybox) return { busybox, refused: null };
  return { busybox, refused: complaintOf(() => findPrograms(programDirectories())).refused };
}

function pathOf(program: string): string | null {
  return findProgram(program, programDirectories()) ?? null;
}

function examineState(privileged: boolean): Facts['state'] {
  const path = here().state;
  const { result, refused } = complaintOf(() => tryState(privileged));
  const elsewhere = result && isWhole(result) ? null : findElsewhere(privileged);
  return { path, refused, trials: result, elsewhere };
}

/** What a part of tslab gives, or what it says of why it cannot. */
function complaintOf<T>(action: () => T): { result: T | null; refused: Complaint | null } {
  try {
    return { result: action(), refused: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { result: null, refused: { message: error.message, remedy: error.remedy ?? null } };
  }
}
