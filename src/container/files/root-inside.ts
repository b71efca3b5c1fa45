/**
 * An ordinary user with ids of /etc/subuid is root of his containers, and nobody special to what other users of them have: he cannot look into a
 * directory of theirs with mode 0700. Node cannot enter a user namespace, since it has threads (setns(2)): another tslab is put there, to do the same.
 */
import { execve, open, setns } from '../../kernel/calls/index.js';
import { CLONE_NEWUSER, O_CLOEXEC, O_RDONLY } from '../../kernel/constants.js';
import { mapOwnIds, ownIds } from '../../kernel/credentials/own-ids.js';
import { isInOwnNamespace, OWN_NAMESPACE } from '../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { type Child, start } from '../../kernel/process.js';
import { type IdMaps, idCount } from '../../oci/id-maps.js';
import { isRunning } from '../state.js';
import type { Container } from '../store/store.js';
import { mapsOfRunning } from '../users/maps.js';

/** Does this command again as root of a container's ids, where its user is not that already. Its exit status; undefined where there is no need. */
export async function againAsRootOf({ state }: Container): Promise<number | undefined> {
  if (isPrivileged() || isInOwnNamespace()) return undefined;
  const running = isRunning(state) ? mapsOfRunning(state.init.pid) : undefined;
  const maps = running ?? ownIds();
  if (idCount(maps.uids) < 2) return undefined;
  const { exited } = running ? enter(state.init.pid, maps) : makeOne(maps);
  return (await exited).status;
}

/** What a container has in sight only who is in its user namespace may reach (ptrace(2), PTRACE_MODE_READ_FSCREDS). */
function enter(init: number, maps: IdMaps): Child {
  const namespace = open(`/proc/${init}/ns/user`, O_RDONLY | O_CLOEXEC);
  return start({ calls: [namespace, setns(namespace, CLONE_NEWUSER), thisCommand(maps)], stdio: [0, 1, 2] });
}

function makeOne(maps: IdMaps): Child {
  const spec = { namespaces: CLONE_NEWUSER, calls: [thisCommand(maps)], stdio: [0, 1, 2] } as const;
  return start(spec, (pid) => mapOwnIds(pid));
}

function thisCommand({ uids, gids }: IdMaps) {
  const inside = (map: IdMaps['uids']) =>
    map.map(({ containerID, size }) => ({ containerID, hostID: containerID, size }));
  const env = { ...process.env, [OWN_NAMESPACE]: JSON.stringify({ uids: inside(uids), gids: inside(gids) }) };
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return execve(
    process.execPath,
    words,
    Object.entries(env).map(([name, value]) => `${name}=${value}`),
  );
}
