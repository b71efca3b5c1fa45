import { readdirSync, readFileSync } from 'node:fs';
import { setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shell } from '../../../src/lab/script.js';
import { sharedBy } from './namespaces.js';
import { HOST_NAME, sleepingContainer } from './setup.js';

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
  const container = await sleepingContainer(lab);
  for (const single of singles(lab, container)) await lookFromInside(lab, container, single);
  await lab.kill(container);
}

function singles(lab: Lab, container: Child): Single[] {
  const links = 'echo $(tail -n +3 /proc/net/dev | cut -d: -f1)';
  const name = 'cat /proc/sys/kernel/hostname';
  return [
    { kind: 'net', flag: k.CLONE_NEWNET, command: links, shows: 'its network links', expected: linksOf(container) },
    { kind: 'uts', flag: k.CLONE_NEWUTS, command: name, shows: 'its host name', expected: HOST_NAME },
    { kind: 'mnt', flag: k.CLONE_NEWNS, command: 'echo /*', shows: 'its files', expected: filesIn(lab.rootfs.path) },
  ];
}

// #region one
/** A command that has entered one namespace of the container, and otherwise is on the host. */
async function lookFromInside(lab: Lab, container: Child, single: Single): Promise<void> {
  const { kind, flag, command } = single;
  const visitor = await lab.visit(container, (pidfd, own) => [
    setns(pidfd, flag | own),
    shell(`${command}; exec sleep 60`),
  ]);
  // #endregion
  const heard = await lab.hear(visitor, command);
  await lab.check(`${kind} is all that it shares with the container`, kind, sharedBy(visitor.pid, container.pid));
  await lab.check(single.shows, single.expected, heard.trim());
  await lab.kill(visitor);
}

/** The network links of a process's namespace, as its /proc/PID/net shows them to the host. */
function linksOf({ pid }: Child): string {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').trim().split('\n').slice(2);
  return lines.map((line) => line.slice(0, line.indexOf(':')).trim()).join(' ');
}

/** What a shell prints for `/*` there. */
function filesIn(root: string): string {
  const names = readdirSync(root).filter((name) => !name.startsWith('.'));
  return names
    .sort()
    .map((name) => `/${name}`)
    .join(' ');
}
