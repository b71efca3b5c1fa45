// @ts-check
import * as k from 'tslab/calls';
import { clone, close, open, pidfdOpen, setns, write } from 'tslab/calls';

const ALL = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS;

/** @param {{ pid: string, cgroup: string }} given pid: the container's first process; cgroup: a directory of its cgroup */
export default ({ pid, cgroup }) => {
  const container = pidfdOpen(Number(pid));
  const procs = open(`${cgroup}/cgroup.procs`, k.O_WRONLY | k.O_CLOEXEC);
  return [container, setns(container, ALL), procs, write(procs, '0'), close(procs), clone(0)];
};
