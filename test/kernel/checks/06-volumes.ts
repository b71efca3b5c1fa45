import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mkdir, mount, unlink } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { stateDirectory } from '../../../src/state/directories.js';
import * as wrong from './sabotage.js';

const remountReadOnly = (target: string) => mount(null, target, null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY, null);

/** Runs of lab 06 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      'no-volume': wrong.both(
        wrong.program('echo important > /data/note;', ''),
        wrong.program(/^cat/, 'mkdir /data; echo important > /data/note; cat'),
      ),
      'root-field': wrong.replace(/^move_mount/, mount('tmpfs', '/data', 'tmpfs', 0, null)),
      hidden: wrong.both(wrong.after(/^move_mount/, unlink('/data/from-the-volume')), wrong.drop(/^umount2\("\/data"/)),
      'read-only': wrong.before(/^pivot_root/, remountReadOnly('data')),
      remount: wrong.before(/^pivot_root/, remountReadOnly('data/sub')),
      anonymous: wrong.both(
        wrong.where(/\/shared"/, wrong.drop(/^move_mount/)),
        wrong.where(/echo mine/, wrong.after(/^move_mount/, unlink('/data/settings'))),
      ),
      commit: wrong.both(wrong.drop(/^move_mount/), wrong.program(/; echo 2.*/, '')),
      rslave: wrong.drop(/^mount\("by-the-host"/),
      rshared: wrong.drop(/^mount\("by-the/),
      'naive-target': wrong.both(
        wrong.drop(/^mkdirat\(.*"data\/volume"/),
        wrong.argument(/^mount\(.*"data\/volume"/, 'data/volume', 'tmp'),
      ),
      'after-pivot': wrong.both(makeInVictim, wrong.drop(/^move_mount/)),
      openat2: wrong.argument(/RESOLVE_NO_SYMLINKS/, /^data$/, '.'),
    },
    fails: [
      'no-volume: what a container writes is in its own directory',
      'no-volume: the next container of the image does not have it',
      'root-field: it is the host’s filesystem',
      'root-field: its root field is the directory’s path in that filesystem',
      'hidden: while the volume is mounted, only its files are seen',
      'hidden: what was below is back, untouched',
      'hidden: the volume has kept its files',
      'read-only: the container writes to a volume that was meant to be read-only',
      'remount: but what is mounted below it is not',
      'anonymous: with an empty directory of the host mounted there, the container sees',
      'anonymous: an empty volume is filled with it first',
      'commit: the layer has the file beside the volume, and a mount point',
      'commit: in the mount point there is',
      'rslave: a later mount of the host is seen inside',
      'rshared: a later mount of the host is seen inside',
      'rshared: and one of the container is seen outside',
      'naive-target: tslab has made a directory in a directory of the host',
      'naive-target: where the container has its volume',
      'after-pivot: in the host’s directory there is',
      'after-pivot: the volume is where the link leads inside',
      'openat2: told to follow no links, the kernel refuses',
    ],
  },
  {
    faults: {
      'read-only': wrong.withoutFlag(/^mount/, 'MS_RDONLY', k.MS_RDONLY),
      remount: wrong.replace(/^mount\(.*"data", NULL, .*MS_REC/, mount('tmpfs', 'data', 'tmpfs', 0, null)),
      anonymous: wrong.where(/echo mine/, useTheOther),
    },
    fails: [
      'read-only: the container writes to a volume that was meant to be read-only',
      'remount: but what is mounted below it is not',
      'remount: and the host writes to it as before',
      'anonymous: another container’s volume has the image’s file, and nothing of this one',
    ],
  },
];

/** Makes a directory where the image's link leads on the host. */
function makeInVictim(spec: wrong.Spec): wrong.Spec {
  const victim = join(dirname(wrong.argumentsOf(spec, 'open_tree')[0] ?? ''), 'etc');
  return wrong.before(/^open_tree/, mkdir(join(victim, 'volume'), 0o755))(spec);
}

/** The volume of the other container. */
function useTheOther(spec: wrong.Spec): wrong.Spec {
  const own = wrong.argumentsOf(spec, 'open_tree')[0] ?? '';
  const names = readdirSync(stateDirectory('volumes')).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const other = names.find((name) => !own.includes(name)) ?? '';
  return wrong.argument(/^open_tree/, /[0-9a-f]{64}/, other)(spec);
}
