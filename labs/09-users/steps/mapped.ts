import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { chown, close, open, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { errnoName } from '../../../src/kernel/errors/errno.js';
import type { Child } from '../../../src/kernel/process.js';
import { housekeeping, mayFail } from '../../../src/kernel/syscall.js';
import { changeOf } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf, hostFile } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { mapText } from '../calls/maps.js';
import {
  allCapabilities,
  effective,
  effectiveUid,
  NOBODY,
  ownerOutside,
  ownersIn,
  readStatus,
  userOutside,
} from './look.js';
import { SECRET } from './root-is-root.js';
import { becomeRoot, bindData, DATA, directoryFor, newContainer, newFile, RANGE, rootOutside } from './setup.js';

const LOOK = 'cd /tmp; id -u; cat secret 2>&1; grep CapEff /proc/self/status';

// #region no-map
export async function newUser(lab: Lab): Promise<void> {
  await lab.step('newuser');
  const data = directoryFor(lab, 'no-map');
  const ours = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  newFile(join(data, 'secret'), `${SECRET}\n`, { ...ours, mode: 0o600 });
  const status = readStatus();
  const give = mayFail(chown(`${DATA}/secret`, 0, 0));
  const calls = [...bindData(data), ...status.calls, give, shellThatStays(LOOK)];
  const namespaces = k.CLONE_NEWUSER | k.CLONE_NEWNS;
  const process_ = await lab.start({ namespaces, calls, stdio: ['null', 'pipe', 'pipe'] });
  const [uid = '', read = '', later = ''] = (await lab.hear(process_, LOOK, 3)).split('\n');
  // #endregion
  await lab.observe('during', hostFile(`/proc/${process_.pid}/uid_map`));
  await lab.check('its uid, as it is shown', NOBODY, uid);
  await lab.check('its capabilities before its program starts: all', allCapabilities(), status.capabilities());
  await lab.check('capabilities of its program: none', '0'.repeat(16), effective(later));
  await lab.check('chown to 0, which nobody is', 'EINVAL', errnoOf(process_, 'fchownat') ?? 'done');
  const outside = await lab.observe('during', userOutside(process_));
  await lab.check(
    'its uid on the host, as before',
    ours.uid,
    effectiveUid({ ...userOutside(process_), value: outside }),
  );
  await lab.check('what it reads in a file of its user from before', SECRET, read);
}

const SCRIPT = 'cd /tmp; id -u; echo mine > file; ls -ln file';

// #region mapped
export async function mapStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('map');
  const data = directoryFor(lab, 'map');
  chmodSync(data, 0o1777);
  const container = wanted
    ? await newContainer(lab, k.CLONE_NEWNS, [...bindData(data), ...becomeRoot(lab)], SCRIPT)
    : await unmapped(lab, data);
  const [uid = '', listed = ''] = (await lab.hear(container, SCRIPT, 2)).split('\n');
  // #endregion
  const map = `/proc/${container.pid}/uid_map`;
  await lab.observe('after', hostFile(map), wanted && changeOf(map));
  await lab.check('its uid inside', '0', uid);
  await lab.check('owner of its file, inside', '0', ownersIn(listed));
  const owner = await lab.observe('after', ownerOutside(join(data, 'file')));
  await lab.check('owner of its file, on the host', rootOutside(lab), (owner ?? '').split(' ')[0] ?? '');
  await lab.check('a second map', 'EPERM', await writeAgain(lab, container));
}

function unmapped(lab: Lab, data: string): Promise<Child> {
  const namespaces = k.CLONE_NEWUSER | k.CLONE_NEWNS;
  return lab.start({ namespaces, calls: [...bindData(data), shellThatStays(SCRIPT)], stdio: ['null', 'pipe', 'pipe'] });
}

async function writeAgain(lab: Lab, { pid }: Child): Promise<string> {
  const file = await lab.call(open(`/proc/${pid}/uid_map`, k.O_WRONLY | k.O_CLOEXEC));
  const map = lab.privileged ? mapText(RANGE) : `0 ${process.geteuid?.()} 1`;
  const result = await lab.call(mayFail(write(file, map)));
  await lab.call(housekeeping(close(file)));
  return result < 0 ? errnoName(-result) : 'written';
}
