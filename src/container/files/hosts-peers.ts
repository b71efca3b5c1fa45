/** In /etc/hosts of a container the lines of others in its networks, which come and go while it runs. */

/** A line of hosts(5). */
export interface HostsLine {
  readonly address: string;
  readonly names: readonly string[];
}

const BEGIN = '# others in its networks, written by tslab';
const END = '# end of these';
const BLOCK = new RegExp(`^${BEGIN}\n(.*\n)*?${END}\n`, 'm');

export function hostsLine({ address, names }: HostsLine): string {
  return `${address}\t${[...new Set(names)].join(' ')}\n`;
}

/** What else is in the file stays: its programs may write into it. */
export function withPeers(text: string, peers: readonly HostsLine[]): string {
  const rest = text.replace(BLOCK, '');
  if (peers.length === 0) return rest;
  const end = rest === '' || rest.endsWith('\n') ? '' : '\n';
  return `${rest}${end}${BEGIN}\n${peers.map(hostsLine).join('')}${END}\n`;
}
