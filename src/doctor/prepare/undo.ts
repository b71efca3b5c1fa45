import { basename } from 'node:path';
import { undoCgroup } from '../../cgroup/prepare.js';
import { PREPARED } from '../../cgroup/v2/leaf.js';
import { uncoverState } from './state.js';

/** Takes back what `tslab doctor --prepare` did at a path. Throws where it is in use. */
export function undoPreparation(path: string): void {
  if (basename(path) === PREPARED) undoCgroup(path);
  else uncoverState(path);
}
