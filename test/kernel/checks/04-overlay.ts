import { close, mkdir, open, unlink, write } from '../../../src/kernel/calls/index.js';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import * as wrong from './sabotage.js';

/** Comes before the overlay: changes a layer of the image behind its back. `app` is the one in the middle. */
const inTheImage = (...calls: readonly Syscall[]) => wrong.before(/^mount\("overlay"/, ...calls);

function writeTo(path: string, text: string): Syscall[] {
  const file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644);
  return [file, write(file, text), close(file)];
}

/** 4 MiB, more than a tenth of the image. */
const BIG_FILE = `x=0123456789abcdef; while [ \${#x} -lt ${4 << 20} ]; do x=$x$x; done; echo $x > /big`;

/** Runs of lab 04 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      'one-directory': wrong.program(/^echo .* > \/note$/, ':'),
      copies: wrong.program(/^if/, 'echo "A was here" > /note; if'),
      'copy-up': inTheImage(...writeTo('app/demo/data', 'x')),
      whiteout: wrong.program('rm /demo/old; ', ''),
      opaque: wrong.program(/^rm.*mkdir \S+; /, ''),
      rename: wrong.argument(/^mount\("overlay"/, 'redirect_dir=nofollow', 'redirect_dir=on'),
      'two-containers': wrong.where(
        /B was here/,
        wrong.both(
          inTheImage(...writeTo('app/more', 'x')),
          wrong.program(/^found=/, 'cp /demo/data /d; mv /d /demo/data; found='),
        ),
      ),
      mountinfo: wrong.both(
        wrong.argument(/^mount\("overlay"/, /(?<==)[^=:]*patch:/, ''),
        wrong.argument(/^mount\("overlay"/, /mountinfo(?=\/(upper|work))/, 'union'),
      ),
      'many-layers': wrong.where(
        /^exit_group/,
        wrong.argument(/^mount\("overlay"/, /^.*lowerdir.*$/, 'lowerdir=/bin:/lib'),
      ),
    },
    fails: [
      'one-directory: container B reads what container A wrote',
      'copies: container B, in a copy of its own, reads nothing',
      'copy-up: to add one byte, the whole file was copied up',
      'copy-up: the file below is what it was',
      'whiteout: inside, the file is gone',
      'whiteout: in upper, its name is a device that does not exist',
      'opaque: inside, the new directory is empty',
      'opaque: the directory in upper says that it hides the one below',
      'rename: rename(2) of a directory of a lower layer says',
      'rename: so mv copied every file',
      'two-containers: what neither wrote is one file for both',
      'two-containers: container B costs only what it wrote',
      'two-containers: and the image is as large as before',
      'mountinfo: lowerdir: the image, the topmost layer first',
      'mountinfo: upperdir: the writable layer',
      'mountinfo: workdir: overlayfs’ own',
      'many-layers: mount(2), which cuts them off at the end of a page, says',
    ],
  },
  {
    faults: {
      'one-directory': wrong.program(/ > \/note$/, ` > /note; ${BIG_FILE}`),
      whiteout: inTheImage(unlink('app/demo/old')),
      opaque: inTheImage(mkdir('app/demo/logs/friday', 0o755)),
      'init-layer': wrong.program(/^cat/, 'echo web-2 > /etc/hostname; cat'),
    },
    fails: [
      'copies: each container costs the whole image again',
      'whiteout: in upper, its name is a device that does not exist',
      'whiteout: below, the file is still there',
      'opaque: below, nothing is deleted',
      'diff: upper alone shows every change',
      'diff: in the tar file of an image, deleted files are',
      'init-layer: the container has a name of its own',
    ],
  },
];
