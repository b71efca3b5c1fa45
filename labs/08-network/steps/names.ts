import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clone, execve, mount, setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { type Node, newHost } from './setup.js';

const HOSTS = '/etc/hosts';
const OWN = '127.0.0.1\tlocalhost\n';
const WITH_WEB = `${OWN}172.30.0.2\tweb\n`;

/** What every program does that is given a name: getaddrinfo(3), which reads /etc/hosts first. */
const LOOK_UP = "require('node:dns').lookup('web', (error, address) => console.log(error ? 'unknown' : address))";

// #region names
export async function namesStep(lab: Lab): Promise<void> {
  if (!existsSync(HOSTS)) return lab.cannot('names', `This machine has no ${HOSTS} on which another could be mounted.`);
  await lab.step('names');
  const host = await lab.folded(() => newHost(lab));
  const directory = lab.makeDirectory();
  const replaced = await withOwnHosts(lab, host, join(directory, 'replaced'));
  await lab.check('web, without a line for it', 'unknown', await lookUp(lab, replaced));
  replace(join(directory, 'replaced'));
  await lab.check('web, with a new file in the place of the old one', 'unknown', await lookUp(lab, replaced));
  const written = await withOwnHosts(lab, host, join(directory, 'written'));
  writeFileSync(join(directory, 'written'), WITH_WEB);
  // #endregion
  const found = await lookUp(lab, written);
  await lab.observe('after', observed('container', HOSTS, WITH_WEB.trimEnd()));
  await lab.check('web, with a line written into the file', '172.30.0.2', found);
}

/** As an editor saves: a new file gets the name of the old one. */
function replace(path: string): void {
  writeFileSync(`${path}.new`, WITH_WEB);
  renameSync(`${path}.new`, path);
}

// #region own-hosts
/** A container whose /etc/hosts is a file of ours. */
async function withOwnHosts(lab: Lab, host: Node, path: string): Promise<Node> {
  writeFileSync(path, OWN);
  const process = await lab.visit(host.process, (pidfd, own) => [
    setns(pidfd, k.CLONE_NEWNET | own),
    clone(k.CLONE_NEWNET | k.CLONE_NEWNS),
    ...privateMounts(),
    mount(path, HOSTS, null, k.MS_BIND, null),
    shellThatStays(),
  ]);
  return { name: 'container', process };
}
// #endregion

async function lookUp(lab: Lab, { process: container }: Node): Promise<string> {
  const ask = execve(process.execPath, ['node', '-e', LOOK_UP], ['PATH=/usr/bin:/bin']);
  const visitor = await lab.visit(container, (pidfd, own) => [setns(pidfd, k.CLONE_NEWNET | k.CLONE_NEWNS | own), ask]);
  return (await lab.finish(visitor, 'node')).output;
}
