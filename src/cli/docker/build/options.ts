import type { Command } from 'commander';
import type { Limits } from '../../../container/build/run.js';
import { parseExtraHost } from '../../../docker/options/network/dns.js';
import { parseUlimits } from '../../../docker/options/settings/ulimit.js';
import { parseSize } from '../../../docker/options/size.js';
import type { RunOptions } from '../../../image/build/host.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { collect } from '../../command.js';
import { warn } from '../../leftovers.js';

/** What containers of RUN have. */
export interface RunFlags {
  readonly network?: string;
  readonly addHost?: readonly string[];
  readonly shmSize?: string;
  readonly ulimit?: readonly string[];
}

export function addRunOptions(command: Command): Command {
  return command
    .option('--network <mode>', 'of RUN: default, none or host')
    .option('--add-host <host>', 'NAME:ADDRESS, a line of /etc/hosts while RUN runs', collect)
    .option('--shm-size <size>', 'of /dev/shm while RUN runs')
    .option('--ulimit <limit>', 'NAME=SOFT[:HARD], a limit of RUN', collect);
}

/** Throws UserError. */
export function runOptionsOf({ network, addHost }: RunFlags): RunOptions {
  if (network !== undefined && !['default', 'none', 'host'].includes(network)) {
    const remedy = 'default, none or host: RUN joins no network of `tslab network create`, as with BuildKit.';
    throw new UserError(`network mode ${JSON.stringify(network)} is not supported by builds`, 1, remedy);
  }
  return { ...(network && { network }), ...(addHost && { extraHosts: addHost.map(parseExtraHost) }) };
}

/** Throws UserError (2). */
export function limitsOf({ shmSize, ulimit }: RunFlags): Limits {
  return {
    ...(shmSize && { shmSize: parseSize('--shm-size', shmSize) }),
    ...(ulimit && { ulimits: parseUlimits(ulimit) }),
  };
}

/** What scripts give docker, and what is so here in any case. */
export function addIgnored(command: Command): Command {
  for (const flag of ['--load', '--rm', '--force-rm']) command.option(flag, 'as with docker; it is so without it');
  for (const name of ['--provenance', '--sbom', '--attest'])
    command.option(`${name} <wanted>`, 'false: no attestations; there are none', (value) => refuseProof(name, value));
  for (const name of ['--cache-from', '--cache-to'])
    command.option(`${name} <cache>`, 'ignored: the cache is that of this machine', () => warnOfCache(name));
  return command;
}

function refuseProof(name: string, value: string): void {
  if (value === 'false' || /(^|,)disabled=true(,|$)/.test(value)) return;
  throw new UserError(`${name}=${value}: an image gets no attestations here`, 2, `Leave ${name} out.`);
}

function warnOfCache(name: string): void {
  warn(`${name} is ignored: the cache is that of this machine`);
}
