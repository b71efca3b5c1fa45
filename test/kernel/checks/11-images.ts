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
      'still-there': wrong.both(wrong.program('the key to everything', 'a lie'), wrong.program('rm /key', 'true')),
      hostile: wrong.drop(/^symlinkat/),
      commit: wrong.drop(/^move_mount.*"\/mnt"/),
      build: wrong.program('sort modules >installed', 'exit 3'),
      registry: wrong.program('/app/hello', 'true'),
      'var-lib-docker': withStrangers,
    },
    fails: [
      'one-tar: bytes of it that are others',
      'one-tar: bytes that are sent again',
      'diff-id: the layer, compressed twice: digests of what is sent',
      'diff-id: digest of what is in both',
      'digest: what a layer says in which one bit is another',
      'config: a container of it prints what the config has in Env',
      'config: sha256 of the config: the ID of the image',
      'config: ID of an image of the same layers, with another command',
      'still-there: a container of the image has',
      'still-there: who has the image has the key, in',
      'hostile: outside, after a link and a file behind it',
      'commit: the new layer has what the program changed',
      'commit: a container of the new image prints',
      'build: the image, as a container',
      'build: instructions carried out',
      'build: when app has changed',
      'build: when modules has changed',
      'registry: what was pulled there, as a container',
      'var-lib-docker: files of the store that no row explains',
      'var-lib-docker: blobs that are not what their name says',
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
