import { type ContainerLink, isRunning } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { networksOf } from '../networks-of.js';
import { GoMap, NIL_SLICE, NilMap } from '../template/values.js';
import { portsMap } from './ports.js';

/**
 * `NetworkSettings` of `inspect` (moby, api/types/container/network_settings.go). The addresses beside `Networks` are those that Docker had
 * for its default bridge up to version 28, and scripts still ask for.
 */
export function networkSettingsOf(container: Container) {
  const { config, state } = container;
  return {
    SandboxID: '',
    // nsenter and ip know a network namespace by a path.
    SandboxKey: isRunning(state) ? `/proc/${state.init.pid}/ns/net` : '',
    Ports: portsMap(container),
    ...addressesOf(linkTo(container, 'bridge')),
    Networks: new GoMap(Object.fromEntries(networksOf(config).map((name) => [name, endpointOf(container, name)]))),
  };
}

function linkTo({ state }: Container, network: string): ContainerLink | undefined {
  return isRunning(state) ? state.links?.find((link) => link.network === network) : undefined;
}

function addressesOf(link: ContainerLink | undefined) {
  if (!link) return NO_ADDRESSES;
  return {
    EndpointID: link.endpointId,
    Gateway: link.gateway ?? '',
    IPAddress: link.address,
    MacAddress: link.mac,
    IPPrefixLen: link.prefix,
    IPv6Gateway: link.gateway6 ?? '',
    GlobalIPv6Address: link.address6 ?? '',
    GlobalIPv6PrefixLen: link.prefix6 ?? 0,
  };
}

/** What was asked for stands there even while it does not run. */
function endpointOf(container: Container, name: string) {
  const { id, name: own, endpoints = [], hostname } = container.config;
  const asked = endpoints.find(({ network }) => network === name);
  if (!asked) return ENDPOINT;
  const { aliases, address, address6 } = asked;
  const link = linkTo(container, name);
  const wished = { IPv4Address: address, IPv6Address: address6 };
  return {
    ...ENDPOINT,
    IPAMConfig: (address ?? address6) === undefined ? null : wished,
    Aliases: aliases.length > 0 ? aliases : NIL_SLICE,
    NetworkID: link?.networkId ?? '',
    ...addressesOf(link),
    DNSNames: name === 'bridge' ? NIL_SLICE : [...new Set([own, ...aliases, id.slice(0, 12), hostname])],
  };
}

const NO_ADDRESSES = {
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  MacAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
};

/** Of `none` and `host`. */
const ENDPOINT = {
  IPAMConfig: null,
  Links: NIL_SLICE,
  Aliases: NIL_SLICE,
  DriverOpts: new NilMap(''),
  NetworkID: '',
  ...NO_ADDRESSES,
  DNSNames: NIL_SLICE,
};
