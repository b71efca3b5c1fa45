import { BlockList, isIP, isIPv6 } from 'node:net';
import { UserError } from '../../kernel/errors/user-error.js';
import { isLoopback } from './hosts.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL: HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY has the host; undefined where it is asked directly. In small letters
 * too, as with Docker and curl; never for loopback (Go, httpproxy.Config). Throws UserError (2) for one that is no URL.
 */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = variable(environment, name);
  if (!value || isLoopback(url.host) || isExcepted(url, variable(environment, 'NO_PROXY'))) return undefined;
  const text = /^\w+:\/\//.test(value) ? value : `http://${value}`;
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw new UserError(`${name} is ${JSON.stringify(value)}: no proxy`, 2, 'Such as http://proxy.example.com:3128');
}

function variable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

/** NO_PROXY: hosts, domains, addresses and networks, by commas; `*` is all. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const items = list.split(',').map((item) => item.trim().toLowerCase());
  return items.filter(Boolean).some((item) => {
    const [, name = item, onPort] = /^(\[?[^/]*?\]?):(\d+)$/.exec(isIPv6(item) ? '' : item) ?? [];
    if (onPort !== undefined && onPort !== port) return false;
    return item === '*' || isInNetwork(host, item) || isInDomain(host, name.replace(/^\[(.*)\]$/, '$1'));
  });
}

/** `example.com` is that host and those below; `.example.com`, or `*.example.com`, only those below. */
function isInDomain(host: string, name: string): boolean {
  const domain = name.replace(/^\*\./, '.');
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : host === domain || (!isIP(host) && host.endsWith(`.${domain}`));
}

/** `10.0.0.0/8` */
function isInNetwork(host: string, item: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d+)$/.exec(item) ?? [];
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || isIP(host) !== isIP(address) || Number(bits) > (family === 'ipv6' ? 128 : 32))
    return false;
  const networks = new BlockList();
  networks.addSubnet(address, Number(bits), family);
  return networks.check(host, family);
}
