import { collectFilter } from '../../../docker/filters/filter.js';
import { findShownNetwork } from '../../../docker/networks.js';
import { type NewNetworkFlags, parseNewNetwork } from '../../../docker/options/network/new-network.js';
import { inspectedNetwork } from '../../../docker/output/networks.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { createNetwork } from '../../../network/create.js';
import { removeNetwork } from '../../../network/remove.js';
import { print } from '../../../terminal/output.js';
import { collect, type Define } from '../../command.js';
import { forEach, tellingErrors } from '../shared/errors.js';
import { inspectEach } from '../shared/inspect-each.js';
import { type ListOptions, list, type PruneOptions, prune } from './all-networks.js';
import { type ConnectFlags, connectTo, disconnectFrom } from './connect.js';

/** `tslab network create|ls|rm|inspect|prune|connect|disconnect` */
export const define: Define = (network, choose) => {
  network.description('Manage networks: bridges that containers are plugged into.');
  const add = (name: string, what: string) => network.command(name).description(what);
  add('create <name>', 'make a network; its bridge is there while a container is in it')
    .option('-d, --driver <name>', 'bridge, which is the only one', 'bridge')
    .option('--subnet <network>', 'its addresses: 10.200.0.0/24; by default the first that meets no route', collect)
    .option('--gateway <address>', 'the address of its bridge; by default the first', collect)
    .option('--ip-range <network>', 'the part of the subnet that addresses are chosen from', collect)
    .option('--internal', 'no way out, and none in')
    .option('--ipv6', 'addresses of IPv6 as well, by default of fd00::/8; they have no way out')
    .option('--label <label>', 'KEY=VALUE, or KEY: noted on it, for `network ls -f label=…`', collect)
    .option(
      '-o, --opt <option>',
      'com.docker.network.bridge.name=NAME of its link, com.docker.network.driver.mtu=BYTES',
      collect,
    )
    .action((name: string, flags: NewNetworkFlags) => choose(() => tellingErrors(() => create(name, flags))));
  add('ls', 'list networks')
    .alias('list')
    .option('-q, --quiet', 'ids only')
    .option('--no-trunc', 'whole ids')
    .option(
      '-f, --filter <what=value>',
      'only some: name=PATTERN, id=PATTERN, driver=…, label=…, scope=local, type=custom|builtin, dangling=true',
      collectFilter,
      [],
    )
    .option('--format <format>', 'json: one object a line; a template of Go: {{.Name}}; or table and a template')
    .action((options: ListOptions) => choose(() => tellingErrors(() => list(options))));
  add('rm <network...>', 'remove networks that no container is in')
    .alias('remove')
    .option('-f, --force', 'what is not there is fine')
    .action((names: string[], { force }: { force?: true }) => choose(() => remove(names, force)));
  add('inspect <network...>', 'show all that is known of networks, and of the containers in them')
    .option('-f, --format <template>', 'json, or a template of Go: {{range .IPAM.Config}}{{.Subnet}}{{end}}')
    .option('-v, --verbose', 'as without: it is for swarms')
    .action((names: string[], { format }: { format?: string }) =>
      choose(() => inspectEach(names, format, async (name) => inspectedNetwork(findShownNetwork(name)))),
    );
  add('connect <network> <container>', 'give a container one more link, also where it runs')
    .option('--alias <name>', 'a name by which others find it there, beside its own', collect)
    .option('--ip <address>', 'its address there')
    .option('--ip6 <address>', 'the same for IPv6')
    .action((name: string, container: string, flags: ConnectFlags) =>
      choose(() => tellingErrors(() => connectTo(name, container, flags))),
    );
  add('disconnect <network> <container>', 'take the link away')
    .option('-f, --force', 'as without: nobody else has to agree')
    .action((name: string, container: string) => choose(() => tellingErrors(() => disconnectFrom(name, container))));
  add('prune', 'remove networks that no container is in; the default one stays')
    .option('-f, --force', 'do not ask')
    .option('--filter <what=value>', 'only some: until=10m, label=…, label!=…', collectFilter, [])
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));
};

async function create(name: string, flags: NewNetworkFlags): Promise<number> {
  print(`${createNetwork(parseNewNetwork(name, flags)).id}\n`);
  return 0;
}

function remove(names: readonly string[], force = false): Promise<number> {
  return forEach(names, async (name) => {
    try {
      removeNetwork(name);
      print(`${name}\n`);
    } catch (error) {
      const isMissing = error instanceof UserError && error.message === `network ${name} not found`;
      if (!force || !isMissing) throw error;
    }
  });
}
