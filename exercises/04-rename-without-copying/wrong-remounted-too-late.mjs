// @ts-check
import { MS_REMOUNT, mount, rename } from 'tslab/calls';

/** The option is that of a new overlay: a remount leaves it as it is. */
export default () => [
  mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow'),
  mount(null, 'merged', null, MS_REMOUNT, 'redirect_dir=on'),
  rename('merged/inbox', 'merged/archive'),
];
