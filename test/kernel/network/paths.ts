// What comes of each way to a published port, and what firewalls of others change.

/** Addresses for documentation (RFC 5737, RFC 3849). */
export const HOST = { ipv4: '203.0.113.1', ipv6: '2001:db8::1' };
export const OUTSIDE = { ipv4: '203.0.113.2', ipv6: '2001:db8::2' };

/** Who asks. */
export type Source = 'host' | 'other' | 'container' | 'outside';
/** An address: of the host by its families and on lo, of the bridge, or of the container. */
export type Target = 'ipv4' | 'ipv6' | '127.0.0.1' | '::1' | 'bridge' | 'container';
/** Whom the container sees. Of the bridge is the socket of tslab's that passes on. */
export type Seen = 'bridge' | 'other' | 'container' | 'outside' | 'no answer';

/** Port 8080 of the host leads to port 80 of the container: what comes of each way to it. */
export const PATHS: Readonly<Record<string, Seen>> = {
  'host → 127.0.0.1': 'bridge',
  'host → ::1': 'bridge',
  'host → ipv4': 'bridge',
  'host → ipv6': 'bridge',
  'host → bridge': 'bridge',
  'host → container': 'bridge',
  'other → container': 'other',
  'other → ipv4': 'bridge',
  'other → bridge': 'bridge',
  'container → container': 'container',
  'container → ipv4': 'bridge',
  'container → bridge': 'bridge',
  'outside → ipv4': 'outside',
  'outside → ipv6': 'bridge',
  'outside → container': 'no answer',
};

/** A firewall of somebody else's: chains of a table with the policy drop, and what differs with it. */
export interface Firewall {
  readonly chains: readonly string[];
  readonly differs: Readonly<Record<string, Seen>>;
}

export const FIREWALLS: Readonly<Record<string, Firewall>> = {
  'no firewall': { chains: [], differs: {} },
  'an INPUT that drops': {
    chains: [
      'add chain inet foreign input { type filter hook input priority 0; policy drop; }',
      'add rule inet foreign input iifname lo accept',
      'add rule inet foreign input ct state established accept',
      // ICMPv6, by number: the virtual machine has no /etc/protocols.
      'add rule inet foreign input meta l4proto 58 accept',
    ],
    // Packets to sockets of the host are dropped; those that are led on to the container are not for the host.
    differs: {
      'other → ipv4': 'no answer',
      'other → bridge': 'no answer',
      'container → ipv4': 'no answer',
      'container → bridge': 'no answer',
      'outside → ipv6': 'no answer',
    },
  },
  'a FORWARD that drops': {
    chains: ['add chain inet foreign forward { type filter hook forward priority 0; policy drop; }'],
    // Then nothing is led on, and the socket answers.
    differs: { 'outside → ipv4': 'bridge' },
  },
};

/** With a FORWARD that drops, br_netfilter (bridge-nf-call-iptables 1) sends frames between two containers through it as well. */
export function expectedOn(firewall: string, bridgeNf: number): Record<string, Seen> {
  const dropped = bridgeNf === 1 && firewall.includes('FORWARD') ? { 'other → container': 'no answer' as const } : {};
  return { ...PATHS, ...FIREWALLS[firewall]?.differs, ...dropped };
}
