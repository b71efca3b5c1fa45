import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getpid } from '../../../src/kernel/calls/index.js';
import * as wrong from './sabotage.js';

/** Runs of lab 11 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      'one-tar': wrong.replace(/^write\(.*"2"/, getpid()),
      'diff-id': wrong.argument(/^openat.*level-9/, 'level-9', 'level-8'),
      digest: wrong.program('/app/hello', 'true'),
      config: wrong.argument(/^openat.*config-/, /config-\d/, 'config-9'),
      'chain-id': wrong.program('ls -ld /data', 'true'),
      whiteout: wrong.program('cd /app; echo *', 'true'),
      'still-there': wrong.both(wrong.program('the key to everything', 'a lie'), wrong.program('rm /key', 'true')),
      hostile: wrong.drop(/^symlinkat/),
      commit: wrong.drop(/^move_mount.*"\/mnt"/),
      build: wrong.program('sort modules >installed', 'exit 3'),
      registry: wrong.program('/app/hello', 'true'),
      'var-lib-docker': withStrangers,
    },
    fails: [
      'one-tar: bytes of the archive that change',
      'one-tar: bytes that are sent again',
      'diff-id: the layer, compressed twice: digests of what is sent',
      'diff-id: digest of what both decompress to',
      'digest: what a layer with one flipped bit contains',
      'config: what a container prints, from Env in the config',
      'config: sha256 of the config: the ID of the image',
      'config: ID of an image with the same layers and another command',
      'chain-id: /data of the second image, with the first one’s copy of the layer',
      'chain-id: /data in containers of both images',
      'whiteout: with the files of upper alone, a container has',
      'whiteout: with this archive, a container has',
      'still-there: a container of the image has',
      'still-there: the archive that still has the key',
      'hostile: a file outside, unpacked without chroot',
      'commit: the new layer has what the program changed',
      'commit: a container of the new image prints',
      'build: the image, as a container',
      'build: instructions carried out',
      'build: instructions carried out when app has changed',
      'build: instructions carried out when modules has changed',
      'registry: what a container of the pulled image prints',
      'var-lib-docker: files of the store that no row explains',
      'var-lib-docker: blobs that do not match their name',
    ],
  },
];

/** Files that nobody knows, in the store that the step is about to fill. */
function withStrangers(spec: wrong.Spec): wrong.Spec {
  const archive = wrong.argumentsOf(spec, 'openat').find((path) => path.endsWith('/app.tar'));
  if (archive === undefined) return spec;
  const images = join(archive, '../../state/images');
  mkdirSync(join(images, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(images, 'stranger'), '');
  writeFileSync(join(images, 'blobs/sha256', '0'.repeat(64)), '');
  return spec;
}
