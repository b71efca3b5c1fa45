import { join } from 'node:path';
import { CLONE_NEWNS, CLONE_NEWPID } from '../../../src/kernel/constants.js';
import type { Lab } from '../../../src/lab/lab.js';
import { runScript } from '../../../src/lab/script.js';
import { ownerOutside } from './look.js';
import { bindData, directoryFor, newFile } from './setup.js';

const SCRIPT = 'cd /tmp; id -u; cat secret; echo mine > file';
export const SECRET = 'for root only';

// #region root
export async function rootIsRoot(lab: Lab): Promise<void> {
  await lab.step('root-is-root');
  const data = directoryFor(lab, 'root');
  newFile(join(data, 'secret'), `${SECRET}\n`, { uid: 0, gid: 0, mode: 0o600 });
  const container = { namespaces: CLONE_NEWNS | CLONE_NEWPID, calls: bindData(data) };
  const [uid = '', read = ''] = (await runScript(lab, container, SCRIPT)).output.split('\n');
  // #endregion
  await lab.check('its uid inside', '0', uid);
  await lab.check('what it reads in a file that only root of the host may read', SECRET, read);
  const owner = await lab.observe('after', ownerOutside(join(data, 'file')));
  await lab.check('owner and group of its file, on the host', '0 0', owner);
}
