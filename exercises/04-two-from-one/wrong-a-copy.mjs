// @ts-check
import { chdir, chroot, close, mkdir, mount, O_CLOEXEC, O_WRONLY, open } from 'tslab/calls';

/** @param {{ lower: string, options: string }} given as in the file at the start */
export default ({ lower, options }) => {
  const data = open('/srv/data', O_WRONLY | O_CLOEXEC);
  return [
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
    data,
    close(data),
  ];
};
