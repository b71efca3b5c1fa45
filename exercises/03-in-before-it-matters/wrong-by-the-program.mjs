// @ts-check
import { ENVIRONMENT, execve } from 'tslab/calls';

/** @param {{ cgroup: string, root: string, script: string }} given as in the file at the start */
export default ({ cgroup, script }) => [
  execve('/bin/sh', ['sh', '-c', `sleep 600 | sleep 600 & echo 0 > ${cgroup}/cgroup.procs; ${script}`], ENVIRONMENT),
];
