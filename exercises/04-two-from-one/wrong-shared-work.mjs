// @ts-check
import { chdir, chroot, mkdir, mount } from 'tslab/calls';

/** @param {{ lower: string, options: string }} given as in the file at the start */
export default ({ lower, options }) => [
  mkdir('second/upper', 0o755),
  mount(
    'overlay',
    'second/merged',
    'overlay',
    0,
    `lowerdir=${lower},upperdir=second/upper,workdir=first/work,${options}`,
  ),
  chroot('second/merged'),
  chdir('/'),
];
