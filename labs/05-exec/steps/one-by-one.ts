import { readdirSync } from 'node:fs';
import { setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { readLinkNames } from '../../../src/procfs/links.js';
import { sharedBy } from './namespaces.js';
import { HOST_NAME, startContainer } from './setup.js';

/** One namespace, and a command that shows which one it runs in. */
interface Single {
  readonly kind: 'net' | 'uts' | 'mnt';
  readonly flag: number;
  readonly command: string;
  /** What it prints that only the container could have told. */
  readonly shows: string;
  readonly expected: string;
}

/** As `nsenter --net`, `nsenter --uts` and `nsenter --mount` do. */
export async function enterSome(lab: Lab): Promise<void> {
  await lab.step('one-by-one');
  const container = await startContainer(lab);
  for (const single of singles(lab, container)) await lookFromInside(lab, container, single);
}

function singles(lab: Lab, container: Child): Single[] {
  const links = 'echo $(tail -n +3 /proc/net/dev | cut -d: -f1)';
  const name = 'cat /proc/sys/kernel/hostname';
  return [
    {
      kind: 'net',
      flag: k.CLONE_NEWNET,
      command: links,
      shows: 'its network links',
      expected: readLinkNames(container.pid).join(' '),
    },
    { kind: 'uts', flag: k.CLONE_NEWUTS, command: name, shows: 'its host name', expected: HOST_NAME },
    { kind: 'mnt', flag: k.CLONE_NEWNS, command: 'echo /*', shows: 'its files', expected: filesIn(lab.rootfs.path) },
  ];
}

// #region one
/** A command that has entered one namespace of the container, and otherwise is on the host. */
async function lookFromInside(lab: Lab, container: Child, single: Single): Promise<void> {
  const { kind, flag, command } = single;
  const visitor = await lab.visit(container, (pidfd, own) => [setns(pidfd, flag | own), shellThatStays(command)]);
  // #endregion
  const heard = await lab.hear(visitor, command);
  await lab.check(`${kind} is all that it shares with the container`, kind, sharedBy(visitor.pid, container.pid));
  await lab.check(single.shows, single.expected, heard);
}

/** What a shell prints for `/*` there. */
function filesIn(root: string): string {
  const names = readdirSync(root).filter((name) => !name.startsWith('.'));
  return names
    .sort()
    .map((name) => `/${name}`)
    .join(' ');
}
