import { readFileSync, statSync } from 'node:fs';
import { readCsvFields } from '../../../docker/options/csv.js';
import type { Secrets } from '../../../image/build/secrets.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/** As with BuildKit, in bytes. */
const LARGEST = 500 << 10;

/** Reads what `--secret` and `--ssh` name. Throws UserError (1). */
export function readSecrets(secrets: readonly string[], agents: readonly string[]): Secrets {
  return { files: new Map(secrets.map(readSecret)), agents: new Map(agents.map(readAgent)) };
}

const FORM = '--secret id=NAME,src=FILE or id=NAME,env=VARIABLE';

function readSecret(given: string): readonly [id: string, content: Uint8Array] {
  const fields = readCsvFields(given);
  for (const key of fields.keys())
    if (!['type', 'id', 'src', 'source', 'env'].includes(key))
      throw new UserError(`unexpected key ${JSON.stringify(key)} in --secret ${given}`, 1, FORM);
  const id = fields.get('id');
  if (!id) throw new UserError(`--secret ${given} has no id`, 1, FORM);
  const isVariable = fields.get('type') === 'env';
  const source = fields.get('src') ?? fields.get('source');
  const variable = fields.get('env') ?? (isVariable ? source : undefined);
  if (variable !== undefined) return [id, Buffer.from(variableOf(variable, given))];
  // Without a source it is the variable of its name, or else the file.
  const own = source === undefined ? process.env[id] : undefined;
  return [id, own === undefined ? contentOf(source ?? id, given) : Buffer.from(own)];
}

function variableOf(variable: string, given: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new UserError(`--secret ${given}: the variable ${variable} is not set`, 1, FORM);
  return value;
}

function contentOf(path: string, given: string): Uint8Array {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new UserError(`--secret ${given}: ${path} is no file`, 1, FORM);
  if (stats.size > LARGEST)
    throw new UserError(
      `--secret ${given}: ${path} has ${stats.size} bytes: invalid secret size`,
      1,
      `At most ${LARGEST}.`,
    );
  return readFileSync(path);
}

/** `default`, `NAME` or `NAME=SOCKET`. */
function readAgent(given: string): readonly [id: string, socket: string] {
  const [id = '', ...rest] = given.split('=');
  const socket = rest.join('=') || process.env.SSH_AUTH_SOCK;
  if (!id || !socket)
    throw new UserError(
      `--ssh ${given}: SSH_AUTH_SOCK names no agent`,
      1,
      'eval $(ssh-agent); ssh-add; or --ssh NAME=SOCKET',
    );
  if (statSync(socket, { throwIfNoEntry: false })?.isSocket()) return [id, socket];
  const remedy = 'A key is added to an agent first, by ssh-add; --ssh names the socket of the agent.';
  throw new UserError(`--ssh ${given}: ${socket} is no socket`, 1, remedy);
}
