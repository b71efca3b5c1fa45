import type { Gate } from '../../../labs/12-runtime/calls/container.js';
import { writeFile } from '../../kernel/call.js';
import { mapFiles } from '../../kernel/credentials/user-namespace.js';
import type { IdMapping, Linux } from '../../oci/linux.js';

/** Writes the maps of a container's user namespace, where it has one of its own. */
export function userMapOf({ uidMappings, gidMappings }: Linux): Gate | undefined {
  if (!uidMappings || !gidMappings) return undefined;
  const filesOf = (pid: number | 'PID') => mapFiles(pid, linesOf(uidMappings), linesOf(gidMappings));
  return {
    lines: filesOf('PID').map(([file, text]) => `write ${JSON.stringify(text)} to ${file}`),
    open(pid) {
      for (const [file, text] of filesOf(pid)) writeFile(file, text);
    },
  };
}

function linesOf(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}`).join('\n');
}
