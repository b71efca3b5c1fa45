// @ts-check
import { chdir, chroot, mount } from 'tslab/calls';

/**
 * A process in a mount namespace of its own makes these calls, and then stays. Its working directory has `image`, `first`, where the first
 * container has `upper` and `work`, and `second`, which has nothing but `merged`.
 *
 * @param {{ lower: string, options: string }} given lower: the layers of the image; options: what else both overlays have
 */
export default ({ lower, options }) => [
  mount(
    'overlay',
    'second/merged',
    'overlay',
    0,
    `lowerdir=${lower},upperdir=first/upper,workdir=first/work,${options}`,
  ),
  chroot('second/merged'),
  chdir('/'),
];
