import { JOIN } from '../../../labs/12-runtime/calls/by-root.js';
import { everyPiece } from '../../../labs/12-runtime/calls/container.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { readMountinfo } from '../../procfs/mountinfo.js';
import { nearest } from '../../state/nearest.js';
import type { Plan } from './plan.js';

/** Throws UserError (2) where `--skip` names what is no piece of the list, or cannot be left out. */
export function checkSkips(skip: readonly string[], { spec, at }: Plan): void {
  const known = everyPiece(spec, at)
    .map(({ step }) => step)
    .filter((step) => ![JOIN, 'init', 'program'].includes(step));
  const unknown = skip.find((step) => !known.includes(step));
  if (unknown !== undefined) throw notAPiece(unknown, known);
  if (skip.includes('private') && readMountinfo().some(isShared)) throw wouldReachTheHost();
}

function isShared({ propagation }: ReturnType<typeof readMountinfo>[number]): boolean {
  return propagation.shared !== undefined;
}

function notAPiece(step: string, known: readonly string[]): UserError {
  const like = nearest(step, known);
  const remedy = `${like ? `Did you mean ${like}? ` : ''}Pieces: ${known.join(', ')}.`;
  return new UserError(`--skip ${step}: the list has no such piece that could be left out`, 2, remedy);
}

/** Then every mount of the container would be one of the host, for good. */
function wouldReachTheHost(): UserError {
  const message = '--skip private: mounts of this host are shared, so those of the container would become its own';
  return new UserError(message, 2, 'Lab 02 shows this where it does no harm: tslab 02-rootfs --skip private');
}
