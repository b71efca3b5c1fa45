import { join } from 'node:path';
import { cgroup2Mount, controllerMounts, readProcCgroup } from '../procfs/cgroups.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { NAMESPACE_KINDS, readNamespace } from '../procfs/namespaces.js';
import { ifReadable, type Pid, readLink, readProc } from '../procfs/proc.js';
import type { Children } from './children.js';
import type { Held, HeldProcess } from './events.js';

/** What is told before processes of a step end; `over`: all of them. Where they have ended, their container is made again. */
export function held(step: string, children: Children, over?: true): Held {
  const again = over && children.alive().length === 0 && children.makeAgain(step);
  const processes = children.alive().map(({ pid }) => lookAt(pid));
  return { type: 'hold', step, processes, ...(over && { over }), ...(again && { again }) };
}

/** In what a process differs from tslab: what somebody has to enter who wants to be where it is. */
function lookAt(pid: number): HeldProcess {
  const kinds = NAMESPACE_KINDS.filter((kind) => !kind.endsWith('_for_children'));
  const root = readLink(pid, 'root');
  return {
    pid,
    comm: readProc(pid, 'comm')?.trim() ?? '',
    namespaces: kinds.filter((kind) => readNamespace(pid, kind) !== readNamespace('self', kind)),
    ...(root !== null && root !== '/' && { root }),
    cgroups: cgroupsOf(pid).filter((directory) => !cgroupsOf('self').includes(directory)),
  };
}

function cgroupsOf(pid: Pid): string[] {
  const mounts = readMountinfo();
  const v1 = controllerMounts(mounts);
  return (ifReadable(() => readProcCgroup(pid)) ?? []).flatMap(({ hierarchy, controllers: [first = ''], path }) => {
    const mount = hierarchy === 0 ? cgroup2Mount(mounts) : v1.get(first);
    return mount === undefined ? [] : [join(mount, path)];
  });
}
