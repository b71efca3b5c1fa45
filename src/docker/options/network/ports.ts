/** Ports as docker's flags take them (docker/go-connections, nat/nat.go): its words, and what is allowed. */
import { UserError } from '../../../kernel/errors/user-error.js';
import { isIP } from '../../../kernel/sockets/ip-address.js';
import {
  ANY_IPV4,
  ANY_IPV6,
  type AskedPorts,
  type ContainerPort,
  type PortRequest,
  PROTOCOLS,
  type Protocol,
} from '../../../network/ports/published.js';
import type { Environment } from '../environment.js';

/** The options of ports, as given. */
export interface PortFlags {
  readonly publish?: readonly string[];
  readonly publishAll?: boolean;
  readonly expose?: readonly string[];
}

/** Ports that are asked for; `TSLAB_PUBLISH` of the environment is how they are published. Throws UserError (2). */
export function parsePorts({ publish, publishAll, expose }: PortFlags, environment: Environment): AskedPorts {
  const requests = publish?.map(inShort).flatMap(parsePublish) ?? [];
  refuseTwins(requests);
  return {
    ...(publish && { publish: requests }),
    ...(publishAll && { publishAll }),
    ...(expose && { expose: expose.flatMap(parseExpose) }),
    ...(isProxyOnly(environment) && { proxyOnly: true }),
  };
}

function isProxyOnly({ TSLAB_PUBLISH = '' }: Environment): boolean {
  if (TSLAB_PUBLISH === '' || TSLAB_PUBLISH === 'proxy') return TSLAB_PUBLISH !== '';
  throw new UserError(`TSLAB_PUBLISH is ${JSON.stringify(TSLAB_PUBLISH)}`, 2, 'It can be proxy, or is not set.');
}

/** `target=80,published=8080,protocol=udp,mode=host` in the short form, as docker run has it (docker/cli, convertToStandardNotation()). */
function inShort(value: string): string {
  if (!value.includes('=')) return value;
  const { target, published = '', protocol = 'tcp' } = Object.fromEntries(value.split(',').map(keyAndValue));
  if (!target) throw refuse(`missing mandatory field 'target': ${value}`, LONG);
  return `${published}:${target}/${protocol}`;
}

/** Docker leaves out what it does not know. Its modes are for services in a swarm: here a port is the host's in both. */
const KEYS: readonly string[] = ['target', 'published', 'protocol', 'mode'];
const MODES: readonly string[] = ['host', 'ingress'];
const LONG = 'Such as target=80,published=8080,protocol=tcp,mode=host; only target must be said.';

function keyAndValue(field: string): [string, string] {
  const [key = '', word = ''] = field.split(/=(.*)/s);
  if (!/^[^=]+=/.test(field))
    throw refuse(`invalid publish opts format (should be name=value but got '${field}')`, LONG);
  if (!KEYS.includes(key)) throw refuse(`invalid field key: ${key}`, `Allowed: ${KEYS.join(', ')}.`);
  if (key !== 'mode' || MODES.includes(word)) return [key, word];
  throw refuse(`invalid publish mode value (${word})`, `Allowed: ${MODES.join(' and ')}.`);
}

/** `[IP:][HOST:]CONTAINER[/PROTOCOL]`: ranges of one length, or HOST alone a range to choose from. Throws UserError (2). */
export function parsePublish(value: string): PortRequest[] {
  const parts = value.split(':');
  const [container = '', protocol] = splitProtocol(parts.at(-1) as string);
  if (container === '') throw refuse(`no port specified: ${value}<empty>`);
  const hostIp = parseIp(parts.slice(0, -2).join(':'));
  const containerPorts = parseRange(container, 1, 'containerPort');
  const host = parts.at(-2) ?? '';
  const hostPorts = host === '' ? undefined : parseRange(host, host === '0' ? 0 : 1, 'hostPort');
  const isSpread = containerPorts.length === 1;
  if (hostPorts && !isSpread && hostPorts.length !== containerPorts.length) throw differ(container, host);
  return containerPorts.map((containerPort, i) => ({
    ...{ protocol: parseProtocol(protocol), hostIp, containerPort },
    firstHostPort: hostPorts?.[i] ?? 0,
    lastHostPort: (isSpread ? hostPorts?.at(-1) : hostPorts?.[i]) ?? 0,
  }));
}

/** `PORT` or a range, `/tcp` or `/udp`. Throws UserError (2). */
export function parseExpose(value: string): ContainerPort[] {
  if (value.includes(':')) throw refuse(`invalid port format for --expose: ${value}`, EXPOSED);
  const [ports = '', protocol] = splitProtocol(value);
  const all = rangeOf(ports, 1);
  if (!all) throw refuse(`invalid range format for --expose: ${value}`, EXPOSED);
  return all.map((containerPort) => ({ protocol: parseProtocol(protocol), containerPort }));
}

const FORMS =
  'Allowed: [IP:][HOST:]CONTAINER[/tcp|/udp] with ports from 1 to 65535, such as 8080:80, 127.0.0.1:8080:80, [::1]:8080:80, 53:53/udp or 8000-8003:80-83.';
const EXPOSED = 'Allowed: a port of the container from 1 to 65535 or a range, such as 80, 53/udp or 8000-8003.';

function splitProtocol(text: string): string[] {
  return text.split(/\/(.*)/s);
}

function parseProtocol(text = ''): Protocol {
  const given = text.toLowerCase() || 'tcp';
  const known = PROTOCOLS.find((protocol) => protocol === given);
  if (known) return known;
  throw refuse(`invalid proto: ${text}`, `Allowed: ${PROTOCOLS.join(' and ')}${given === 'sctp' ? ', not sctp' : ''}.`);
}

/** An address of IPv6 may have brackets. */
function parseIp(text: string): string {
  const ip = text.replace(/^\[(.*)\]$/s, '$1');
  if (ip === '' || isIP(ip)) return ip;
  throw refuse(`invalid IP address: ${text}`);
}

function parseRange(text: string, least: 0 | 1, what: string): number[] {
  const ports = rangeOf(text, least);
  if (ports) return ports;
  throw refuse(`invalid ${what}: ${text}`);
}

const HIGHEST = 65_535;

/** Undefined for what is none. */
function rangeOf(text: string, least: 0 | 1): number[] | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  const fits = first >= least && first <= last && last <= HIGHEST;
  return fits ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : undefined;
}

function differ(container: string, host: string): UserError {
  const message = `invalid ranges specified for container and host Ports: ${container} and ${host}`;
  return refuse(message, 'Two ranges have as many ports each; for one port of the container HOST may be any range.');
}

/** Docker refuses the second one when the container starts. */
function refuseTwins(requests: readonly PortRequest[]): void {
  const isFixed = ({ firstHostPort, lastHostPort }: PortRequest) => firstHostPort > 0 && firstHostPort === lastHostPort;
  const fixed = requests.filter(isFixed);
  const twin = fixed.find((one, i) => fixed.slice(0, i).some((other) => meet(one, other)));
  if (!twin) return;
  const { protocol, firstHostPort } = twin;
  throw refuse(`port ${firstHostPort}/${protocol} of the host is published twice`, 'Leave one of them out.');
}

function meet(one: PortRequest, other: PortRequest): boolean {
  if (one.protocol !== other.protocol || one.firstHostPort !== other.firstHostPort) return false;
  const [a, b] = [one.hostIp, other.hostIp];
  return a === b || a === '' || b === '' || coversAll(a, b) || coversAll(b, a);
}

function coversAll(any: string, other: string): boolean {
  return (any === ANY_IPV4 && isIP(other) === 4) || (any === ANY_IPV6 && isIP(other) === 6);
}

function refuse(message: string, remedy = FORMS): UserError {
  return new UserError(message, 2, remedy);
}
