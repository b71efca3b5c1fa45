/** Ports in `inspect`: maps by `80/tcp`, as of moby's nat.PortMap and nat.PortSet. */
import type { Container } from '../../container/store/store.js';
import { type AskedPorts, exposedPorts, type PortRequest, portName } from '../../network/ports/published.js';
import { type ShownPort, shownPorts } from '../ports.js';
import { GoMap, NIL_SLICE, NilMap } from '../template/values.js';

interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** `NetworkSettings.Ports`: of one that is exposed only null. */
export function portsMap(container: Container): GoMap {
  return bindingsMap(shownPorts(container), ({ host }) => host && { HostIp: host.ip, HostPort: `${host.port}` });
}

/** `HostConfig.PortBindings`: as asked for. */
export function bindingsOf({ publish = [] }: AskedPorts): GoMap {
  return bindingsMap(publish, (request) => ({ HostIp: request.hostIp, HostPort: hostPortText(request) }));
}

/** `Config.ExposedPorts` */
export function exposedMap(asked: AskedPorts): GoMap {
  const names = exposedPorts(asked).map(portName);
  return names.length === 0 ? new NilMap({}) : new GoMap(Object.fromEntries(names.map((name) => [name, {}])), {});
}

function bindingsMap<T extends ShownPort>(ports: readonly T[], bindingOf: (port: T) => Binding | undefined): GoMap {
  const byName: Record<string, Binding[] | null> = {};
  for (const port of ports) {
    const binding = bindingOf(port);
    const name = portName(port);
    byName[name] = binding ? [...(byName[name] ?? []), binding] : null;
  }
  return new GoMap(byName, NIL_SLICE);
}

function hostPortText({ firstHostPort, lastHostPort }: PortRequest): string {
  if (lastHostPort === 0) return '';
  return firstHostPort === lastHostPort ? `${firstHostPort}` : `${firstHostPort}-${lastHostPort}`;
}
