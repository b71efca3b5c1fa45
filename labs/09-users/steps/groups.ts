import { join } from 'node:path';
import { chdir, exitGroup, open, setgroups, setns, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { mapIds } from '../calls/maps.js';
import { denySetgroups, tryOwnId } from '../calls/rootless.js';
import { outcomes } from './look.js';
import { becomeOrdinary, newUnmapped, ordinaryGid, ordinaryUid } from './ordinary-user.js';
import { directoryFor, newFile } from './setup.js';

/** A group that is kept out of a file: all others may read it. */
const KEPT_OUT = 4242;

// #region groups
export async function setgroupsStep(lab: Lab): Promise<void> {
  await lab.step('setgroups');
  const process_ = await lab.folded(() => newUnmapped(lab));
  const { pid } = process_;
  const [uid, gid] = [ordinaryUid(lab), ordinaryGid(lab)];
  await lab.observe('before', hostFile(`/proc/${pid}/setgroups`));
  const [users, early] = [tryOwnId('uid', pid, uid), tryOwnId('gid', pid, gid)];
  const [deny, groups] = [denySetgroups(pid), tryOwnId('gid', pid, gid)];
  const calls = [...becomeOrdinary(lab), ...users, ...early, ...deny, ...groups, exitGroup(0)];
  const writes = outcomes(await lab.visit(process_, () => calls), 'write');
  // #endregion
  await lab.observe('after', hostFile(`/proc/${pid}/setgroups`), deny[1]);
  await lab.check('a map of one’s own group, while groups may be changed', 'EPERM', writes[1] ?? '');
  await lab.check('a map of one’s own group, when groups may not be changed', 'done', writes[3] ?? '');
  const secret = lab.privileged ? newSecret(lab) : undefined;
  const denied = await dropGroups(lab, process_, secret);
  await lab.check('leaving all groups, by root of that namespace', 'EPERM', outcomes(denied, 'setgroups').at(-1) ?? '');
  if (secret === undefined) return;
  await lab.check('the file, to a member of the group', 'EACCES', outcomes(denied, 'openat').at(-1) ?? '');
  await mappedByRoot(lab, secret);
}

function newSecret(lab: Lab): string {
  const directory = directoryFor(lab, 'groups');
  newFile(join(directory, 'file'), 'for all but one group\n', { uid: 0, gid: KEPT_OUT, mode: 0o604 });
  return directory;
}

// #region drop
/** A member of that group enters the namespace, as its root leaves all groups, and opens the file. */
function dropGroups(lab: Lab, namespace: Child, directory: string | undefined): Promise<Child> {
  const [come, look] = directory === undefined ? [[], []] : [comeAsMember(lab, directory), [READ]];
  return lab.visit(namespace, (pidfd) => [
    ...come,
    setns(pidfd, k.CLONE_NEWUSER),
    mayFail(setgroups([])),
    ...look,
    exitGroup(0),
  ]);
}

function comeAsMember(lab: Lab, directory: string): Syscall[] {
  const [uid, gid] = [ordinaryUid(lab), ordinaryGid(lab)];
  return [chdir(directory), setgroups([KEPT_OUT]), setresgid(gid, gid, gid), setresuid(uid, uid, uid)];
}

const READ = mayFail(open('file', k.O_RDONLY | k.O_CLOEXEC));
// #endregion

/** The same, where the map was written with a right outside, and so without `deny`. */
async function mappedByRoot(lab: Lab, directory: string): Promise<void> {
  const process_ = await lab.folded(() => newUnmapped(lab));
  const own = [{ containerID: 0, hostID: ordinaryUid(lab), size: 1 }];
  await lab.doing(() => mapIds(process_.pid, own));
  const allowed = await dropGroups(lab, process_, directory);
  await lab.check(
    'leaving all groups, where root has written the map',
    'done',
    outcomes(allowed, 'setgroups').at(-1) ?? '',
  );
  await lab.check('the file, to one who has left the group', 'done', outcomes(allowed, 'openat').at(-1) ?? '');
}
