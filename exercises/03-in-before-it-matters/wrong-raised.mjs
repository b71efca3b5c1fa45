// @ts-check
import { chdir, chroot, close, ENVIRONMENT, execve, O_CLOEXEC, O_WRONLY, open, write } from 'tslab/calls';

/** @param {{ cgroup: string, root: string, script: string }} given as in the file at the start */
export default ({ cgroup, root, script }) => {
  const procs = open(`${cgroup}/cgroup.procs`, O_WRONLY | O_CLOEXEC);
  const max = open(`${cgroup}/pids.max`, O_WRONLY | O_CLOEXEC);
  return [
    procs,
    write(procs, '0'),
    close(procs),
    max,
    write(max, 'max'),
    close(max),
    chroot(root),
    chdir('/'),
    execve('/bin/sh', ['sh', '-c', script], ENVIRONMENT),
  ];
};
