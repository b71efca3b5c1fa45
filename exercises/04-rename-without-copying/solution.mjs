// @ts-check
import { mount, rename } from 'tslab/calls';

/** A process in a mount namespace of its own makes these calls; its working directory has `lower`, `upper`, `work` and `merged`. */
export default () => [
  mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=on'),
  rename('merged/inbox', 'merged/archive'),
];
