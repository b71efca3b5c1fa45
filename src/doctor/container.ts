import { existsSync } from 'node:fs';
import { type CgroupMembership, readProcCgroup } from '../procfs/cgroups.js';

/** Inside of what we are, and what says so. */
export interface Container {
  readonly kind: 'docker' | 'podman' | 'kubernetes' | 'lxc' | 'container';
  readonly evidence: string;
}

/** The container that this process is in, as far as it can be told: nothing obliges a container to say so. */
export function readContainer(): Container | null {
  const files = Object.keys(MARKS).filter((path) => existsSync(path));
  return recogniseContainer(files, readProcCgroup('self'));
}

/** Decides by marker files that exist and by the paths of the own cgroups, which older runtimes do not hide. */
export function recogniseContainer(files: readonly string[], cgroups: readonly CgroupMembership[]): Container | null {
  const mark = files.find((path) => MARKS[path] !== undefined);
  for (const { path } of cgroups) {
    const kind = kindInPath(path);
    if (kind) return { kind, evidence: `the cgroup ${path}` };
  }
  return mark === undefined ? null : { kind: MARKS[mark] ?? 'container', evidence: mark };
}

const MARKS: Readonly<Record<string, Container['kind']>> = {
  '/.dockerenv': 'docker',
  '/run/.containerenv': 'podman',
  '/dev/lxd/sock': 'lxc',
};

/** Kubernetes first: its cgroups may hold the name of the runtime below it as well. */
function kindInPath(path: string): Container['kind'] | undefined {
  if (/\/kubepods/.test(path)) return 'kubernetes';
  if (/\/(docker[/-]|docker$)/.test(path)) return 'docker';
  if (/\/libpod-(?!conmon)/.test(path)) return 'podman';
  return /\/lxc[./]/.test(path) ? 'lxc' : undefined;
}
