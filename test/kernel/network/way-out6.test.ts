import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../../src/network/create.js';
import { ASKED, ask, Outside, Plugged, reach, serve, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

let outside: Outside;
beforeAll(() => {
  outside = new Outside();
  sh('ip address add 2001:db8::1/64 dev up0 nodad && ip -6 route add default via 2001:db8::2');
  outside.sh('ip address add 2001:db8::2/64 dev eth0 nodad');
});
afterAll(() => outside.end());

const CONF = '/proc/sys/net/ipv6/conf';
const read = (file: string) => readFileSync(`${CONF}/${file}`, 'utf8').trim();
/** Linux 6.17 */
const mayForwardByLink = existsSync(`${CONF}/lo/force_forwarding`);

/** A container in a network of IPv6, with its address and its route. */
function plugged(name: string): Plugged {
  const network = createNetwork({ ...ASKED, name, ipv6: true });
  const box = new Plugged(network, wanted(name));
  box.sh(
    `ip address add ${box.endpoint.address6}/64 dev eth0 nodad && ip -6 route add default via ${network.gateway6}`,
  );
  return box;
}

describe('a container in a network of IPv6', () => {
  it('reaches other hosts with the address of this one, which goes on listening to its router', async () => {
    const box = plugged('six');
    using _ = serve(outside.child, 80, '::');
    if (mayForwardByLink) {
      expect(box.notices).toEqual([]);
      await expect.poll(() => box.sh(ask('2001:db8::2', 80))).toBe('2001:db8::1');
      expect(['up0/force_forwarding', 'all/forwarding', 'up0/forwarding'].map(read)).toEqual(['1', '0', '0']);
    } else {
      expect(box.notices).toEqual([expect.stringMatching(/^network six has no way out by IPv6: before Linux 6\.17 /)]);
    }
    await box.end();
    if (mayForwardByLink) expect(read('up0/force_forwarding')).toBe('0');
  });

  it('has the way out as well where all links of the host forward', async () => {
    sh(`echo 1 > ${CONF}/all/forwarding`);
    const box = plugged('all');
    using _ = serve(outside.child, 81, '::');
    expect(box.notices).toEqual([]);
    await expect.poll(() => box.sh(ask('2001:db8::2', 81))).toBe('2001:db8::1');
    await box.end();
    expect(read('all/forwarding')).toBe('1');
    sh(`echo 0 > ${CONF}/all/forwarding`);
  });

  it('is not reached from outside', async () => {
    sh(`echo 1 > ${CONF}/all/forwarding`);
    const box = plugged('kept');
    outside.sh(`ip -6 route add ${box.network.subnet6} via 2001:db8::1`);
    expect(sh(reach(`${box.endpoint.address6}`, 80)).trim()).toBe('refused');
    expect(outside.sh(reach(`${box.endpoint.address6}`, 80, 2))).toBe('silent');
    await box.end();
    sh(`echo 0 > ${CONF}/all/forwarding`);
  });
});
