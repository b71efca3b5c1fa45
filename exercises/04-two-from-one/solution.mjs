// @ts-check
import { chdir, chroot, mkdir, mount } from 'tslab/calls';

/**
 * A process in a mount namespace of its own makes these calls, and then stays. Its working directory has `image`, `first`, where the first
 * container has `upper` and `work`, and `second`, which has nothing but `merged`.
 *
 * @param {{ lower: string, options: string }} given lower: the layers of the image; options: what else both overlays have
 */
export default ({ lower, options }) => [
  mkdir('second/upper', 0o755),
  mkdir('second/work', 0o755),
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
