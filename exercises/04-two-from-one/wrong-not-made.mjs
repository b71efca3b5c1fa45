// @ts-check
import { chdir, chroot, mount } from 'tslab/calls';

/** @param {{ lower: string, options: string }} given as in the file at the start */
export default ({ lower, options }) => [
  mount(
    'overlay',
    'second/merged',
    'overlay',
    0,
    `lowerdir=${lower},upperdir=second/upper,workdir=second/work,${options}`,
  ),
  chroot('second/merged'),
  chdir('/'),
];
