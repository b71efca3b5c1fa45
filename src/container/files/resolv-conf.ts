/** /etc/resolv.conf of a container: resolv.conf(5). */
import { addressBytes, isIP } from '../../kernel/sockets/ip-address.js';
import type { DnsConfig } from '../record.js';

/** What the host's file says, in the words of {@link DnsConfig}. Of `search` and `domain` the last counts. */
export function parseResolvConf(text: string): DnsConfig {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const all = (...keys: string[]) => lines.filter(([key = '']) => keys.includes(key)).map(([, ...words]) => words);
  return {
    servers: all('nameserver').flatMap(([address = '']) => (isIP(address) > 0 ? address : [])),
    search: all('search', 'domain').at(-1) ?? [],
    options: all('options').flat(),
  };
}

/** The host's, where something else was asked for in its place. */
export function resolvConfText(host: DnsConfig, asked: DnsConfig | undefined): string {
  const of = (key: keyof DnsConfig) => (asked && asked[key].length > 0 ? asked[key] : host[key]);
  const search = of('search').filter((domain) => domain !== '.');
  return [
    ...of('servers').map((address) => `nameserver ${address}\n`),
    ...(search.length > 0 ? [`search ${search.join(' ')}\n`] : []),
    ...(of('options').length > 0 ? [`options ${of('options').join(' ')}\n`] : []),
  ].join('');
}

/** Without the name servers that only the host itself reaches: on its lo, or by one of its links (`fe80::1%eth0`). */
export function reachable(host: DnsConfig): DnsConfig {
  return { ...host, servers: host.servers.filter((address) => !address.includes('%') && !isLoopback(address)) };
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  const bytes = addressBytes(address);
  return bytes.length === 4 ? bytes[0] === 127 : bytes.readBigUInt64BE(0) === 0n && bytes.readBigUInt64BE(8) === 1n;
}
