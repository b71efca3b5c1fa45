/** Where the registries of images are: their addresses, and the names that their settings and credentials have in Docker's files. */

/** The host of names that have none. */
export const HUB = 'docker.io';

/** Docker Hub answers elsewhere than its name says. */
export function addressOf(host: string): string {
  return host === HUB ? 'registry-1.docker.io' : host;
}

/** What credentials for a host are kept under; that of Docker Hub is older than the registry's second version. */
export function credentialsKey(host: string): string {
  return host === HUB ? 'https://index.docker.io/v1/' : host;
}

/** Whether nobody else hears what is said to it: 127.0.0.0/8, ::1, localhost. `host` may have a port. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}
