import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callUntraced } from '../../../src/kernel/call.js';
import { exitGroup, mount, prctl, setns, setresuid, unlink } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { newIdMap } from '../../../src/kernel/credentials/own-ids.js';
import { mapProgram, ownSubordinateIds } from '../../../src/kernel/credentials/subordinate-ids.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { shell, shellThatStays } from '../../../src/lab/script.js';
import type { IdMapping } from '../../../src/oci/linux.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountAtOnce } from '../../04-overlay/calls/mount.js';
import { become } from '../calls/become.js';
import { mapIds } from '../calls/maps.js';
import { outcomes, ownerOutside } from './look.js';
import { becomeOrdinary, newUnmapped, ordinaryUid } from './ordinary-user.js';
import { DATA, directoryFor } from './setup.js';

/** Of Debian's images: the user of their web servers. */
const WWW_DATA = 33;
const SCRIPT = `cd ${DATA}; id -u; mkdir cache; echo mine > cache/page`;

// #region subids
export async function subidsStep(lab: Lab): Promise<void> {
  await lab.step('subids');
  await lab.check('another user, with a map of one id', 'EINVAL', await withOneId(lab));
  const host = await hostWithSubids(lab);
  const container = await lab.folded(() => newUnmapped(lab));
  const [own, given] = [ordinaryUid(lab), rangeOf(lab)];
  const map = [{ containerID: 0, hostID: own, size: 1 }, given];
  const others = [{ ...given, hostID: given.hostID + given.size }];
  const give = (program: 'newuidmap' | 'newgidmap', wanted: readonly IdMapping[]) =>
    runMapProgram(lab, { host, container }, newIdMap(mapProgram(program) ?? program, container.pid, wanted));
  await lab.check('exit status of newuidmap, for ids not given to the user', 1, await give('newuidmap', others));
  await lab.check('exit status of newuidmap, for ids that are given', 0, await give('newuidmap', map));
  await lab.check('exit status of newgidmap, for ids that are given', 0, await give('newgidmap', map));
  // #endregion
  await lab.observe('after', hostFile(`/proc/${container.pid}/uid_map`));
  await asWwwData(lab, container, given.hostID + WWW_DATA - 1);
}

async function withOneId(lab: Lab): Promise<string> {
  const process_ = await lab.folded(async () => {
    const process_ = await newUnmapped(lab);
    const own = [{ containerID: 0, hostID: ordinaryUid(lab), size: 1 }];
    if (lab.privileged) await lab.doing(() => mapIds(process_.pid, own));
    return process_;
  });
  const other = mayFail(setresuid(WWW_DATA, WWW_DATA, WWW_DATA));
  const child = await lab.visit(process_, (pidfd) => [setns(pidfd, k.CLONE_NEWUSER), other, exitGroup(0)]);
  return outcomes(child, 'setresuid').at(-1) ?? '';
}

/** What /etc/subuid gives to the ordinary user: here by a file of the lab's own, or to who runs the lab by that of the machine. */
function rangeOf(lab: Lab): IdMapping {
  const { start, count } = lab.privileged ? GIVEN : (ownSubordinateIds() ?? GIVEN);
  return { containerID: 1, hostID: start, size: count };
}

const GIVEN = { start: 200_000, count: 65_536 };

// #region stand-in
/** A process whose /etc has another layer on top, in its own mount namespace: there is a user, to whom ids are given. */
async function hostWithSubids(lab: Lab): Promise<Child | undefined> {
  await lab.observe('during', hostFile('/etc/subuid'));
  if (!lab.privileged) return undefined;
  const layer = directoryFor(lab, 'etc');
  const range = `student:${GIVEN.start}:${GIVEN.count}\n`;
  const files = { subuid: range, subgid: range, passwd: `root:x:0:0::/:/bin/sh\nstudent:x:1000:1000::/:/bin/sh\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(layer, name), text, { mode: 0o644 });
  const etc = mountAtOnce({ lower: [layer, '/etc'], target: '/etc', privileged: true });
  const host = await lab.start({ namespaces: k.CLONE_NEWNS, calls: [...privateMounts(), ...etc, shellThatStays()] });
  await lab.observe('during', hostFile(`/proc/${host.pid}/root/etc/subuid`));
  return host;
}
// #endregion

interface Given {
  /** The stand-in with a /etc/subuid of its own, where there is one. */
  readonly host: Child | undefined;
  readonly container: Child;
}

/** Runs one of the two programs as the ordinary user, who may not write such a map himself. Its exit status. */
async function runMapProgram(lab: Lab, { host, container }: Given, program: Syscall): Promise<number | null> {
  const words = program.args[1]?.kind === 'strings' ? program.args[1].value : [];
  const child = host
    ? await lab.visit(host, (pidfd) => [setns(pidfd, k.CLONE_NEWNS), ...becomeOrdinary(lab), program])
    : await lab.visit(container, () => [program]);
  return (await lab.finish(child, words.join(' '))).status;
}

// #region www-data
async function asWwwData(lab: Lab, container: Child, outside: number): Promise<void> {
  const tmpfs = mount('tmpfs', DATA, 'tmpfs', k.MS_NOSUID | k.MS_NODEV, 'mode=1777,size=64k');
  await visitAs(lab, container, become(0, 0), [tmpfs, exitGroup(0)]);
  const child = await visitAs(lab, container, become(WWW_DATA, WWW_DATA), [shell(SCRIPT)]);
  const { output } = await lab.finish(child, SCRIPT);
  // #endregion
  await lab.check('its uid inside', WWW_DATA, output);
  const page = `/proc/${container.pid}/root${DATA}/cache/page`;
  const owner = await lab.observe('after', ownerOutside(page));
  await lab.check('owner of its file, on the host', outside, (owner ?? '').split(' ')[0] ?? '');
  const byUser = await lab.visit(container, () => [...becomeOrdinary(lab), mayFail(unlink(page)), exitGroup(0)]);
  await lab.check('rm of that file, by the user', 'EACCES', outcomes(byUser, 'unlinkat').at(-1) ?? '');
  const inside = await visitAs(lab, container, become(0, 0), [mayFail(unlink(`${DATA}/cache/page`)), exitGroup(0)]);
  await lab.check('rm of that file, by root of the namespace', 'done', outcomes(inside, 'unlinkat').at(-1) ?? '');
}

/**
 * Makes calls in the container, as one of its users. Until its program starts the child shares tslab's memory, which another user makes
 * undumpable: then tslab's own files in /proc are root's (proc(5)), and an ordinary user could start nothing more.
 */
async function visitAs(
  lab: Lab,
  container: Child,
  user: readonly Syscall[],
  calls: readonly Syscall[],
): Promise<Child> {
  try {
    return await lab.visit(container, (pidfd) => [setns(pidfd, k.CLONE_NEWUSER | k.CLONE_NEWNS), ...user, ...calls]);
  } finally {
    if (!lab.privileged) callUntraced(prctl(k.PR_SET_DUMPABLE, 1));
  }
}
