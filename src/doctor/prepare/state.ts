import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../../kernel/call.js';
import { close, umount2 } from '../../kernel/calls/index.js';
import * as m from '../../kernel/calls/mount-api.js';
import { AT_FDCWD } from '../../kernel/constants.js';
import { readMountinfo } from '../../procfs/mountinfo.js';
import { forgetPreparation, preparationLine, rememberPreparation } from '../../state/ledger/preparations.js';

/** How much may be in it; a tmpfs takes memory for what is in it only. */
const SIZE = '1g';
/** What the table of mounts calls it, so that it is known again. */
const SOURCE = 'tslab';

/**
 * Mounts a tmpfs over the state directory: programs can be run in it, and it can carry an overlay. It holds its own line of
 * the ledger before it is attached, since it hides the one below.
 */
export function coverState(state: string): void {
  rememberPreparation(state);
  try {
    attach(makeTmpfs(), state);
  } catch (error) {
    forgetPreparation(state);
    throw error;
  }
}

function makeTmpfs(): number {
  const fd = call(m.fsopen('tmpfs'));
  try {
    for (const [key, value] of Object.entries({ source: SOURCE, size: SIZE, mode: '0700' })) {
      call(m.fsconfig(fd, m.FSCONFIG_SET_STRING, key, value));
    }
    call(m.fsconfig(fd, m.FSCONFIG_CMD_CREATE));
    return call(m.fsmount(fd, m.FSMOUNT_CLOEXEC, m.MOUNT_ATTR_NOSUID | m.MOUNT_ATTR_NODEV));
  } finally {
    call(close(fd));
  }
}

function attach(tmpfs: number, state: string): void {
  try {
    const { file, text } = preparationLine(state);
    mkdirSync(`/proc/self/fd/${tmpfs}/ledger`, { mode: 0o700 });
    writeFileSync(`/proc/self/fd/${tmpfs}/ledger/${file}`, text, { mode: 0o600 });
    call(m.moveMount(tmpfs, '', AT_FDCWD, state, m.MOVE_MOUNT_F_EMPTY_PATH));
  } finally {
    call(close(tmpfs));
  }
}

/** Takes {@link coverState} back. Throws where containers or volumes would be lost with it. */
export function uncoverState(state: string): void {
  if (!isCovered(state)) return;
  const kept = ['containers', 'volumes'].flatMap((name) => namesIn(join(state, name)));
  if (kept.length > 0) {
    throw new Error(
      `${kept.length} containers and volumes would be lost with it: tslab prune, tslab rm and tslab volume rm remove them`,
    );
  }
  call(umount2(state, 0));
}

/** Whether the last mount on it is ours. */
function isCovered(state: string): boolean {
  const last = readMountinfo().findLast(({ mountPoint }) => mountPoint === state);
  return last?.fstype === 'tmpfs' && last.source === SOURCE;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
