/**
 * An ordinary user is root of his containers and images, and nobody special to what their other users have: he can neither give them files nor
 * look into a directory of theirs with mode 0700. Node cannot enter a user namespace, since it has threads (setns(2)): another tslab is put there,
 * to do the same command.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { execve, open, setns } from '../../kernel/calls/index.js';
import { CLONE_NEWUSER, O_CLOEXEC, O_RDONLY } from '../../kernel/constants.js';
import { mapOwnIds, ownIds } from '../../kernel/credentials/own-ids.js';
import { isInOwnNamespace, OWN_NAMESPACE } from '../../kernel/credentials/own-namespace.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { ownNames } from '../../kernel/credentials/subordinate-ids.js';
import { type Child, type ProcessSpec, start } from '../../kernel/process.js';
import type { IdMaps } from '../../oci/id-maps.js';

/** Does some work as root of all ids that the user of this process has: where that is not so already, this command does it again. The exit status. */
export async function asOwnRoot(work: () => Promise<number>): Promise<number> {
  return (await againAsOwnRoot()) ?? (await work());
}

/** Does this command again as root of all ids that its user has. Its exit status; undefined where there is no need. */
export async function againAsOwnRoot(): Promise<number | undefined> {
  if (isPrivileged() || isInOwnNamespace()) return undefined;
  const maps = ownIds();
  const spec = { namespaces: CLONE_NEWUSER, calls: [thisCommand(maps)], stdio: [0, 1, 2] } satisfies ProcessSpec;
  return await endOf(start(spec, (pid) => mapOwnIds(pid)));
}

/** The same in the user namespace of a process: only from there is to be reached what it has in sight (ptrace(2), PTRACE_MODE_READ_FSCREDS). */
export async function againWith(pid: number, maps: IdMaps): Promise<number> {
  const namespace = open(`/proc/${pid}/ns/user`, O_RDONLY | O_CLOEXEC);
  const calls = [namespace, setns(namespace, CLONE_NEWUSER), thisCommand(maps)];
  return await endOf(start({ calls, stdio: [0, 1, 2] }));
}

function thisCommand({ uids, gids }: IdMaps) {
  const inside = (map: IdMaps['uids']) =>
    map.map(({ containerID, size }) => ({ containerID, hostID: containerID, size }));
  const own = JSON.stringify({ uids: inside(uids), gids: inside(gids), names: ownNames() });
  // Without HOME it would be that of root.
  const env = { HOME: homedir(), ...process.env, [OWN_NAMESPACE]: own };
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return execve(
    process.execPath,
    words,
    Object.entries(env).map(([name, value]) => `${name}=${value}`),
  );
}

/** Signals that end this command end the other, which tidies up. */
async function endOf({ pid, exited }: Child): Promise<number> {
  const forward = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || !isInForeground()) process.kill(pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return (await exited).status;
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether Ctrl-C of the terminal reaches both: fields pgrp and tpgid of proc_pid_stat(5). */
function isInForeground(): boolean {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[2] === fields[5];
}
