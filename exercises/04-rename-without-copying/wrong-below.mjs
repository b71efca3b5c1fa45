// @ts-check
import { mount, rename } from 'tslab/calls';

/** Other containers have the same lower layer. */
export default () => [
  rename('lower/inbox', 'lower/archive'),
  mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow'),
];
