// @ts-check
import { chdir, chroot } from 'tslab/calls';

/** @param {{ root: string }} given root: the directory that is to be its root */
export default ({ root }) => [chroot(root), chdir('/')];
