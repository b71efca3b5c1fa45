import { release } from 'node:os';
import { sethostname } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWPID, CLONE_NEWUTS } from '../../../src/kernel/constants.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { takeName } from '../calls/name.js';
import { fileIn } from './look.js';
import { HOST_NAME, newContainer, newHost } from './setup.js';

const NAME = '/proc/sys/kernel/hostname';

// #region shared
export async function shareName(lab: Lab): Promise<void> {
  await lab.step('shared-name');
  const host = await newHost(lab);
  await lab.observe('before', await fileIn(lab, host, NAME));
  const { process } = await newContainer(lab, host, CLONE_NEWPID, [sethostname('leaked')]);
  const after = await lab.observe('after', await fileIn(lab, host, NAME), madeBy(process, 'sethostname'));
  await lab.check('the host’s name, after a container set its own', 'leaked', after);
}
// #endregion

// #region own
export async function ownName(lab: Lab): Promise<void> {
  const wanted = await lab.step('hostname');
  const host = await newHost(lab);
  await lab.observe('before', await fileIn(lab, host, NAME));
  const container = await newContainer(lab, host, wanted ? CLONE_NEWUTS : 0, takeName('box', 'example.org'));
  const [name, domain] = madeBy(container.process, 'sethostname', 'setdomainname');
  await lab.check('the host name inside', 'box', await lab.observe('after', await fileIn(lab, container, NAME), name));
  // #endregion
  const domainname = await fileIn(lab, container, '/proc/sys/kernel/domainname');
  await lab.check('the domain name inside', 'example.org', await lab.observe('after', domainname, domain));
  await lab.check('the host name outside', HOST_NAME, await lab.observe('after', await fileIn(lab, host, NAME), name));
  const { value } = await fileIn(lab, container, '/proc/sys/kernel/osrelease');
  await lab.check('the kernel’s release inside, the same as the host’s', release(), value);
}
