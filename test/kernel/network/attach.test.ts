import { describe, expect, it } from 'vitest';
import { createNetwork, defaultNetwork } from '../../../src/network/create.js';
import { endpointsOf } from '../../../src/network/endpoint.js';
import { needs } from '../../support/needs.js';
import { ASKED, decoded, Plugged, reach, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

describe('a container that is plugged into the default network', () => {
  it('has an address, a pair whose other end is in the bridge, and leaves nothing', async (test) => {
    needs(test, 'root');
    needs(test, 'ip');
    const network = defaultNetwork();
    const box = new Plugged(network, wanted('box'));
    expect(box.endpoint).toMatchObject({ address: '172.30.0.2', prefix: 16, gateway: '172.30.0.1', nth: 0 });
    expect(decoded('ip -j -d addr show dev tslab0')).toMatchObject([
      { address: '02:42:ac:1e:00:01', mtu: 1500, addr_info: [{ local: '172.30.0.1', prefixlen: 16 }, {}] },
    ]);
    expect(decoded(`ip -j link show dev ${box.endpoint.link}`)).toMatchObject([{ master: 'tslab0' }]);
    const [inner] = JSON.parse(box.sh('ip -j -d addr show dev eth0'));
    expect(inner).toMatchObject({ ifindex: 1000, address: '02:42:ac:1e:00:02', operstate: 'UP' });
    expect(sh(reach(box.endpoint.address, 80)).trim()).toBe('refused');
    expect(box.sh(reach('172.30.0.1', 80))).toBe('refused');
    await box.end();
    expect(sh('ip -br link')).not.toContain('tslab0');
    expect(sh('nft list ruleset')).toBe('');
    expect(endpointsOf(network)).toEqual([]);
  });
});

describe('networks', () => {
  it('have addresses that no other has', () => {
    const [one, two] = ['one', 'two'].map((name) => createNetwork({ ...ASKED, name }));
    expect([one?.subnet, two?.subnet]).toEqual(['172.31.0.0/16', '10.89.0.0/24']);
  });
});
