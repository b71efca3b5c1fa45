// @ts-check
import { close, O_CLOEXEC, O_WRONLY, open, write } from 'tslab/calls';

/** @param {{ pid: string, cgroup: string }} given pid: the container's first process; cgroup: a directory of its cgroup */
export default ({ cgroup }) => {
  const procs = open(`${cgroup}/cgroup.procs`, O_WRONLY | O_CLOEXEC);
  return [procs, write(procs, '0'), close(procs)];
};
