import type { Network } from '../../network/config.js';
import type { Endpoint } from '../../network/endpoint.js';
import { prefixOf } from '../../network/prefix.js';
import { type ShownNetwork, shownEndpoints } from '../networks.js';
import { GoMap } from '../template/values.js';
import { goTime } from './durations.js';
import type { Headings } from './format.js';
import { labelList, shortId } from './ps.js';
import { renderTable } from './table.js';

/** Docker's headings (docker/cli, cli/command/network/formatter.go). */
export const NETWORK_HEADINGS: Headings<ReturnType<typeof networkRow>> = {
  CreatedAt: 'CREATED AT',
  Driver: 'DRIVER',
  ID: 'NETWORK ID',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  Name: 'NAME',
  Scope: 'SCOPE',
};

const COLUMNS = ['ID', 'Name', 'Driver', 'Scope'] as const;

/** Networks as `docker network ls` lists them. */
export function renderNetworks(networks: readonly ShownNetwork[], whole: boolean): string {
  const cells = (row: Readonly<Record<(typeof COLUMNS)[number], string>>) => COLUMNS.map((column) => row[column]);
  return renderTable(
    cells(NETWORK_HEADINGS),
    networks.map((one) => cells(networkRow(one, whole))),
  );
}

/** A network as `docker network ls --format json` shows it. */
export function networkRow({ created, driver, id, ipv6, internal, labels, name }: ShownNetwork, whole: boolean) {
  return {
    CreatedAt: goTime(created),
    Driver: driver,
    ID: shortId(id, whole),
    IPv4: 'true',
    IPv6: `${ipv6}`,
    Internal: `${internal}`,
    Label: (key: string) => (Object.hasOwn(labels, key) ? (labels[key] as string) : ''),
    Labels: labelList(labels),
    Name: name,
    Scope: 'local',
  };
}

/** A network as `docker network inspect` shows it (moby, api/types/network, Inspect). */
export function inspectedNetwork(network: ShownNetwork) {
  const { id, name, created, driver, ipv6, internal, labels, options, kept } = network;
  const containers = shownEndpoints(network).map((one) => [one.containerId, inspectedEndpoint(one, kept)] as const);
  return {
    Name: name,
    Id: id,
    Created: created,
    Scope: 'local',
    Driver: driver,
    EnableIPv4: true,
    EnableIPv6: ipv6,
    IPAM: { Driver: 'default', Options: new GoMap({}, ''), Config: kept ? addressesOf(kept) : [] },
    Internal: internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: new GoMap(Object.fromEntries(containers)),
    Options: new GoMap(options, ''),
    Labels: new GoMap(labels, ''),
  };
}

function addressesOf({ subnet, gateway, ipRange, subnet6, gateway6 }: Network): object[] {
  const range = ipRange === undefined ? {} : { IPRange: ipRange };
  const four = { Subnet: subnet, ...range, Gateway: gateway };
  return subnet6 === undefined ? [four] : [four, { Subnet: subnet6, Gateway: gateway6 }];
}

function inspectedEndpoint({ containerName, id, mac, address, prefix, address6 }: Endpoint, kept?: Network): object {
  const prefix6 = kept?.subnet6 && prefixOf(kept.subnet6).length;
  return {
    Name: containerName,
    EndpointID: id,
    MacAddress: mac,
    IPv4Address: `${address}/${prefix}`,
    IPv6Address: address6 && prefix6 ? `${address6}/${prefix6}` : '',
  };
}
