// @ts-check
import * as k from 'tslab/calls';
import { clone, pidfdOpen, setns } from 'tslab/calls';

/**
 * A process on the host makes these calls, becomes a visitor of the container, and stays.
 *
 * @param {{ pid: string, cgroup: string }} given pid: the container's first process; cgroup: a directory of its cgroup
 */
export default ({ pid }) => {
  const container = pidfdOpen(Number(pid));
  return [
    container,
    setns(container, k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS),
    clone(0),
  ];
};
