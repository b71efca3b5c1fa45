import { chmodSync, chownSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../../kernel/constants.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { ownerOfMember, possibleOwners } from '../../layer/owners.js';
import type { Secret } from '../dockerfile/run-mounts.js';
import type { HostMount } from '../host.js';
import type { Surroundings } from './here.js';
import type { Scratch } from './scratch.js';

/** What RUN has of a secret while it runs: neither its layer, nor the cache, nor the history knows what it is. */
export interface Revealed {
  readonly mounts: readonly HostMount[];
  readonly env: readonly string[];
}

/** Throws UserError (1) where it was not given and has to be. */
export async function reveal(secret: Secret, scratch: Scratch, around: Surroundings): Promise<Revealed> {
  return secret.type === 'ssh' ? await agent(secret, scratch, around) : file(secret, scratch, around);
}

function file(secret: Secret, scratch: Scratch, around: Surroundings): Revealed {
  const { id, target, variable } = secret;
  const bytes = around.secrets.files.get(id);
  if (!bytes) return missing(secret, `--secret id=${id},src=FILE or id=${id},env=NAME`, around);
  const env = variable === undefined ? [] : [`${variable}=${Buffer.from(bytes).toString('utf8')}`];
  if (target === undefined) return { mounts: [], env };
  const path = scratch.path();
  writeFileSync(path, bytes, { mode: 0o600 });
  give(path, secret);
  return { mounts: [mountOf(path, target)], env };
}

/** What reaches the socket of the container is handed on to that of the agent, which may be for its user alone. */
async function agent(secret: Secret, scratch: Scratch, around: Surroundings): Promise<Revealed> {
  const socket = around.secrets.agents.get(secret.id);
  const { target } = secret;
  if (socket === undefined || target === undefined)
    return missing(secret, secret.id === 'default' ? '--ssh default' : `--ssh ${secret.id}=SOCKET`, around);
  const path = scratch.path();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const to = connect({ path: socket, allowHalfOpen: true });
    client.pipe(to).pipe(client);
    for (const [one, other] of [
      [client, to],
      [to, client],
    ] as const)
      one.on('error', () => other.destroy());
  });
  await listen(server, path);
  scratch.atEnd(() => server.close());
  give(path, secret);
  return { mounts: [mountOf(path, target)], env: [`SSH_AUTH_SOCK=${target}`] };
}

/** Paths of sockets have 107 bytes at most (unix(7)): this one is named by its directory, which is open. */
async function listen(server: ReturnType<typeof createServer>, path: string): Promise<void> {
  const fd = openSync(dirname(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject).listen(`/proc/self/fd/${fd}/${basename(path)}`, resolve);
    });
  } finally {
    closeSync(fd);
  }
}

function mountOf(source: string, target: string): HostMount {
  return { type: 'bind', source, target, readOnly: true };
}

/** Who has no such id has a secret of root's. */
function give(path: string, { mode, uid, gid }: Secret): void {
  chmodSync(path, mode);
  const owner = ownerOfMember({ uid, gid }, possibleOwners());
  if (owner) chownSync(path, owner.uid, owner.gid);
}

function missing({ type, id, isRequired }: Secret, option: string, { tell }: Surroundings): Revealed {
  const what = `--mount=type=${type}: ${type === 'ssh' ? 'agent' : 'secret'} ${id} was not given`;
  if (isRequired) throw new UserError(what, 1, `tslab build ${option} …`);
  tell({ kind: 'warning', text: `${what}: ${option}` });
  return { mounts: [], env: [] };
}
