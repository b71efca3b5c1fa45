// @ts-check
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  chdir,
  clone,
  sethostname,
} from 'tslab/calls';
import * as parts from 'tslab/parts';

/** @param {{ image: string, upper: string, work: string, target: string, cgroups: string, volume: string }} given as in the file at the start */
export default ({ image, upper, work, target, cgroups, volume }) => {
  const source = parts.openVolume(volume);
  return [
    ...cgroups.split(' ').flatMap((directory) => parts.joinDirectory(directory)),
    sethostname('box'),
    clone(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP),
    sethostname('inner'),
    ...parts.ownLinks(),
    ...parts.privateMounts(),
    source,
    ...parts.mountOverlay({ lower: [image], upper, work, target, privileged: true }),
    chdir(target),
    ...parts.makeDevices(true),
    ...parts.mountShm(),
    ...parts.swapRoots(),
    ...parts.mountProc(),
    ...parts.mountSys(),
    ...parts.detachOldRoot(),
    ...parts.maskPaths(),
    ...parts.attachVolume(source, '/mnt', { readOnly: false, propagation: 0, isDirectory: true }),
  ];
};
