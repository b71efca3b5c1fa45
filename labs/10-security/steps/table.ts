import { chmodSync, chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capset, chdir, close, exitGroup, open } from '../../../src/kernel/calls/index.js';
import { getFileFlags } from '../../../src/kernel/calls/privileged.js';
import * as k from '../../../src/kernel/constants.js';
import { recordErrno } from '../../../src/kernel/render.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { become } from '../../09-users/calls/become.js';
import { type Group, groupsOf, KEPT, type Objects, OTHER, type Probe } from './probes.js';
import { directoryFor, maskOf } from './setup.js';

/** A row of the table: what came of the call without any capability, and with this one alone. */
interface Row {
  readonly probe: Probe;
  readonly without: string;
  readonly alone: string;
}

// #region table
export async function tableStep(lab: Lab): Promise<void> {
  await lab.step('table');
  const rows: Row[] = [];
  for (const group of groupsOf(await lab.folded(() => newObjects(lab)))) {
    const tried = await lab.folded(() => tryGroup(lab, group));
    await lab.observe('during', observed('container', group.about, [HEADER, ...tried.map(tell)].join('\n')));
    rows.push(...tried);
  }
  const refused = rows.filter(({ probe, without }) => without === probe.refusal);
  const done = rows.filter(({ alone }) => alone === 'done' || alone === 'EINVAL');
  await lab.check('calls that the kernel refuses without the capability', rows.length, refused.length);
  await lab.check('calls that it makes with that capability alone', rows.length, done.length);
}
// #endregion

const HEADER = line('CAP_', 'call', 'without', 'with');

function line(capability: string, call: string, without: string, alone: string): string {
  return capability.padEnd(18) + call.padEnd(18) + without.padEnd(10) + alone;
}

function tell({ probe, without, alone }: Row): string {
  return line(probe.capability, probe.call.name, without, alone);
}

/** Rows for those of which this machine knows something. */
async function tryGroup(lab: Lab, { own, probes }: Group): Promise<Row[]> {
  const rows: (Row | undefined)[] = [];
  for (const probe of probes) rows.push(await tryBoth(lab, probe, own));
  return rows.filter((row) => row !== undefined);
}

async function newObjects(lab: Lab): Promise<Objects> {
  const { pid } = await lab.start({ calls: [...become(OTHER, OTHER), shellThatStays()] });
  return { stranger: pid, fileFlags: await fileFlagsIn(lab, directoryFor(lab, 'table')) };
}

/** tmpfs has them since Linux 6.6. */
async function fileFlagsIn(lab: Lab, directory: string): Promise<number | undefined> {
  const into = new Uint8Array(8);
  const file = await lab.call(open(directory, k.O_TMPFILE | k.O_RDWR | k.O_CLOEXEC, 0o600));
  const result = await lab.call(mayFail(getFileFlags(file, into)));
  await lab.call(close(file));
  return result < 0 ? undefined : new DataView(into.buffer).getUint32(0, true);
}

async function tryBoth(lab: Lab, probe: Probe, own: number): Promise<Row | undefined> {
  const mask = maskOf([`CAP_${probe.capability}`]);
  const without = await tryWith(lab, { ...probe, own }, 0n);
  const alone = await tryWith(lab, { ...probe, own }, mask);
  const isKnown = mask !== 0n && ![without, alone].some((said) => UNKNOWN.includes(said));
  return isKnown ? { probe, without, alone } : undefined;
}

/** What a kernel says that was built without what the call is about. */
const UNKNOWN = ['ENOSYS', 'EPROTONOSUPPORT', 'EOPNOTSUPP'];

// #region try
/** What the kernel says to a process that has these capabilities and no others. */
async function tryWith(
  lab: Lab,
  { call, before, own, capability }: Probe & { own: number },
  set: bigint,
): Promise<string> {
  const directory = newFiles(directoryFor(lab, 'table'));
  const calls = [chdir(directory), ...before, capset(set, set, 0n), call, exitGroup(0)];
  const child = await lab.start({ namespaces: own, calls });
  await child.exited;
  const made = child.trace().findLast((one) => one.call.name === call.name);
  const errno = made && recordErrno(made);
  return errno ?? (capability === 'FSETID' && !hasBit(directory) ? KEPT : 'done');
}
// #endregion

/** The files that the calls are about, as they were at first. */
function newFiles(directory: string): string {
  for (const name of ['null', 'own', 'others', 'closed', 'group']) rmSync(join(directory, name), { force: true });
  for (const [name, uid, gid, mode] of FILES) {
    writeFileSync(join(directory, name), '');
    chownSync(join(directory, name), uid, gid);
    chmodSync(join(directory, name), mode);
  }
  return directory;
}

const FILES = [
  ['own', 0, 0, 0o644],
  ['others', OTHER, OTHER, 0o644],
  ['closed', OTHER, OTHER, 0],
  ['group', 0, OTHER, 0o755],
] as const;

function hasBit(directory: string): boolean {
  return (statSync(join(directory, 'group')).mode & 0o2000) !== 0;
}
