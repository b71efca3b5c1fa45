import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD } from '../../../src/kernel/constants.js';
import type { ProcessSpec } from '../../../src/kernel/process.js';
import { observed } from '../../../src/lab/observation.js';
import { runScript } from '../../../src/lab/script.js';
import { bindOwnFiles, makeInitLayer, OWN_FILES } from '../../04-overlay/calls/init-layer.js';
import { namesIn } from './archive.js';
import { changesAsLayer, container, printed, type Setup, type WritableOverlay } from './setup.js';

const WORK = 'echo a line of mine >>/etc/hosts; echo kept elsewhere >/mnt/data; echo changed >/app/version';

// #region commit
export async function commitStep(setup: Setup): Promise<void> {
  const { lab, base, app, overlay, unpack, directory } = setup;
  const wanted = await lab.step('commit');
  const init = { ...base, directory: makeInitLayer(directory('init')) };
  const written = overlay('commit', ...(wanted ? [init] : []), app, base);
  await runScript(lab, withMounts(setup, written, wanted), WORK);
  const archive = changesAsLayer(written);
  await lab.observe('after', observed('host', 'names in the new layer', namesIn(archive).join('\n')));
  await lab.check('the new layer has what the program changed', 'app/ app/version', namesIn(archive).join(' '));
  const image = [await unpack(archive, 'committed'), app, base];
  const says = await printed(lab, overlay('commit-again', ...image), '/app/hello; ls /mnt');
  await lab.check('a container of the new image prints', 'hello from version changed', says);
}
// #endregion

// #region mounts
/** A container with a volume on /mnt; and with its own files of /etc, where there is a layer with places for them. */
function withMounts({ lab, directory }: Setup, overlay: WritableOverlay, hasInit: boolean): ProcessSpec {
  const own = directory('own');
  for (const name of OWN_FILES) writeFileSync(join(own, name), '');
  const { opened, attached } = hasInit ? bindOwnFiles(own) : { opened: [], attached: [] };
  const volume = m.openTree(AT_FDCWD, directory('volume'), m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC);
  const mounted = [m.moveMount(volume, '', AT_FDCWD, '/mnt', m.MOVE_MOUNT_F_EMPTY_PATH), close(volume)];
  const { calls, ...spec } = container(lab, overlay);
  return { ...spec, calls: [...opened, volume, ...calls, ...attached, ...mounted] };
}
// #endregion
