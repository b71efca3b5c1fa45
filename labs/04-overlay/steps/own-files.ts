import { join } from 'node:path';
import { close, open, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { withName } from '../../../src/lab/cause.js';
import { observed } from '../../../src/lab/observation.js';
import { runScript } from '../../../src/lab/script.js';
import { readChanges } from '../../../src/overlay/changes.js';
import { bindOwnFiles, makeInitLayer } from '../calls/init-layer.js';
import { container, enter, makeLayer, type Setup, type WritableOverlay } from './setup.js';

const FILES = { hostname: 'web-1\n', hosts: '127.0.0.1\tlocalhost\n10.0.0.7\tweb-1\n', 'resolv.conf': '' };

export async function initLayerStep(setup: Setup): Promise<void> {
  const { lab, newOverlay } = setup;
  const wanted = await lab.step('init-layer');
  const naive = newOverlay('naive');
  await runScript(lab, container(writtenThrough(naive)), 'cat /etc/hostname');
  await lab.observe('before', observed('host', COMMIT, changesOf(naive)));
  const overlay = wanted ? withInitLayer(newOverlay('init'), setup) : newOverlay('init');
  const calls = wanted ? withOwnFiles(overlay, setup) : writtenThrough(overlay);
  const { output } = await runScript(lab, container(calls), 'cat /etc/hostname');
  await lab.observe('after', observed('host', COMMIT, changesOf(overlay)), withName(calls, 'move_mount'));
  await lab.check('the container has a name of its own', 'web-1', output);
  await lab.check('what a commit would take of its own files', 'nothing', changesOf(overlay));
}

const COMMIT = 'what a commit would take along';

/** The naive way: through the overlay, which copies the image's files up. */
function writtenThrough(overlay: WritableOverlay): Syscall[] {
  const files = Object.entries(FILES).flatMap(([name, content]) => {
    const file = open(`/etc/${name}`, k.O_WRONLY | k.O_CREAT | k.O_TRUNC | k.O_CLOEXEC, 0o644);
    return [file, write(file, content), close(file)];
  });
  return [...enter(overlay), ...files];
}

// #region own-files
/** Docker's way: one more layer with nothing but mount points, and the container's files on them. */
function withInitLayer(overlay: WritableOverlay, { directory, image }: Setup): WritableOverlay {
  return { ...overlay, lower: [makeInitLayer(join(directory, 'init-layer')), ...image] };
}

function withOwnFiles(overlay: WritableOverlay, { directory }: Setup): Syscall[] {
  const { opened, attached } = bindOwnFiles(makeLayer(join(directory, 'own'), FILES));
  return [...opened, ...enter(overlay), ...attached];
}
// #endregion

function changesOf(overlay: WritableOverlay): string {
  const changes = readChanges(overlay).map(({ kind, path }) => `${kind} ${path}`);
  return changes.join('\n') || 'nothing';
}
