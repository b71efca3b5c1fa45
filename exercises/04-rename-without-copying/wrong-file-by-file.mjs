// @ts-check
import { mkdir, mount, rename, rmdir } from 'tslab/calls';

/** What mv(1) does after EXDEV. */
export default () => [
  mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow'),
  mkdir('merged/archive', 0o755),
  rename('merged/inbox/report', 'merged/archive/report'),
  rename('merged/inbox/note', 'merged/archive/note'),
  rmdir('merged/inbox'),
];
