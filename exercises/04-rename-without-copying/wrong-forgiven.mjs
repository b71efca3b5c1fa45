// @ts-check
import { mayFail, mount, rename } from 'tslab/calls';

/** An error that nobody looks at is still one. */
export default () => [
  mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow'),
  mayFail(rename('merged/inbox', 'merged/archive')),
];
