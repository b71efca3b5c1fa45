// @ts-check
import * as k from 'tslab/calls';
import { chdir, clone, pidfdOpen, setns } from 'tslab/calls';

/**
 * A process on the host makes these calls, becomes a visitor of the container, and stays.
 *
 * @param {{ pid: string, first: string, cwd: string }} given pid: the container's first process; first: the lowest descriptor that was
 * forgotten; cwd: the working directory that somebody has asked for
 */
export default ({ pid, cwd }) => {
  const container = pidfdOpen(Number(pid));
  return [
    container,
    setns(container, k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS),
    clone(0),
    chdir(cwd),
  ];
};
