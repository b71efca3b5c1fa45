import { realpathSync } from 'node:fs';
import { type Entry, withoutRepeats } from '../../rootfs/entry.js';
import { type LocalLayer, librariesFor, PATH, PROGRAMS, PROGRAMS_DIRECTORY } from './layer.js';

/** The node that runs tslab, and its libraries. */
export function nodeLayer(): LocalLayer {
  const program = realpathSync(process.execPath);
  const version = process.version.slice(1);
  return {
    source: { origin: `node ${version} of this host`, files: [program], plan: () => plan(program) },
    settings: { Env: [PATH, `NODE_VERSION=${version}`], Cmd: ['node'] },
  };
}

function plan(program: string): Entry[] {
  const node: Entry = { kind: 'copy', path: `${PROGRAMS}/node`, from: program };
  return withoutRepeats([...PROGRAMS_DIRECTORY, node, ...librariesFor(program)]);
}
