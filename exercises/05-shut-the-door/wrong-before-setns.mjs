// @ts-check
import * as k from 'tslab/calls';
import { chdir, clone, closeRange, pidfdOpen, setns } from 'tslab/calls';

const ALL = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS;

/** @param {{ pid: string, first: string, cwd: string }} given as in the file at the start */
export default ({ pid, first, cwd }) => {
  const container = pidfdOpen(Number(pid));
  return [container, closeRange(Number(first), 0xffffffff), chdir(cwd), setns(container, ALL), clone(0)];
};
