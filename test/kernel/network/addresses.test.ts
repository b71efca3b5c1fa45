import { afterEach, describe, expect, it } from 'vitest';
import { reserve } from '../../../src/network/attach.js';
import type { Network } from '../../../src/network/config.js';
import { createNetwork, defaultNetwork, findNetwork } from '../../../src/network/create.js';
import { unplug } from '../../../src/network/detach.js';
import type { Endpoint } from '../../../src/network/endpoint.js';
import { pruneNetworks, removeNetwork } from '../../../src/network/remove.js';
import { keptNetworks } from '../../../src/network/store.js';
import { ASKED, decoded, Plugged, reach, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

afterEach(() => {
  pruneNetworks(keptNetworks());
});

function create(name: string, more: object = {}): Network {
  return createNetwork({ ...ASKED, name, ...more });
}

/** Takes an address, and gives it back. */
function addressIn(network: Network, more = {}): string {
  const endpoint = reserve(network, wanted('asks', more));
  unplug(network, endpoint);
  return endpoint.address;
}

describe('an address in a network', () => {
  it('is the lowest that is free, in the range', () => {
    const network = create('ranged', { subnet: '10.7.0.0/24', ipRange: '10.7.0.128/30', gateway: '10.7.0.129' });
    const taken = ['one', 'two', 'three'].map((name) => reserve(network, wanted(name)));
    expect(taken.map(({ address }) => address)).toEqual(['10.7.0.128', '10.7.0.130', '10.7.0.131']);
    expect(() => reserve(network, wanted('four'))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^no available IPv4 addresses .*: ranged$/),
        status: 3,
      }),
    );
    unplug(network, taken[1] as Endpoint);
    expect(addressIn(network)).toBe('10.7.0.130');
    for (const endpoint of taken) unplug(network, endpoint);
  });

  it('is the one that is asked for, whoever has others; its MAC address follows from it', () => {
    const network = create('web', { subnet: '10.7.0.0/24' });
    const endpoint = reserve(network, wanted('web', { address: '10.7.0.200' }));
    expect(endpoint).toMatchObject({
      address: '10.7.0.200',
      mac: '02:42:0a:07:00:c8',
      gateway: '10.7.0.1',
      prefix: 24,
    });
    expect(addressIn(network, { address: '10.7.0.254', mac: '02:00:00:00:00:09' })).toBe('10.7.0.254');
    unplug(network, endpoint);
  });

  it.each([
    ['10.8.0.9', 'no configured subnet contains it: 10.7.0.0/24'],
    ['fd00::9', 'no configured subnet contains it: 10.7.0.0/24'],
    ['10.7.0.0', 'it is the network’s own address'],
    ['10.7.0.255', 'it is the broadcast address'],
    ['10.7.0.1', 'Address already in use by the network’s gateway'],
    ['10.7.0.77', 'Address already in use by container other'],
  ])('cannot be %s: %s', (address, why) => {
    const network = create('web', { subnet: '10.7.0.0/24' });
    const other = reserve(network, wanted('other', { address: '10.7.0.77' }));
    expect(() => reserve(network, wanted('web', { address }))).toThrow(
      expect.objectContaining({
        message: `invalid IP address ${address}: ${why}`,
        status: 2,
        remedy: 'From 10.7.0.2 to 10.7.0.254, those that nobody has.',
      }),
    );
    unplug(network, other);
  });

  it('of the default network cannot be chosen', () => {
    expect(() => reserve(defaultNetwork(), wanted('web', { address: '172.30.0.9' }))).toThrow(
      'user specified IP address is supported on user defined networks only',
    );
  });

  it('of IPv6 has the same place, or is asked for', () => {
    const network = create('six', { subnet: '10.7.0.0/24', ipv6: true, subnet6: 'fd00:7::/64' });
    const one = reserve(network, wanted('one'));
    expect(one.address6).toBe('fd00:7::2');
    const two = reserve(network, wanted('two', { address6: 'fd00:7:0::0099' }));
    expect(two.address6).toBe('fd00:7::99');
    for (const [address6, why] of [
      ['fd00:8::1', 'no configured subnet contains it: fd00:7::/64'],
      ['fd00:7::1', 'Address already in use by the network’s gateway'],
      ['fd00:7::99', 'Address already in use by two'],
    ] as const) {
      expect(() => reserve(network, wanted('three', { address6 }))).toThrow(`invalid IP address ${address6}: ${why}`);
    }
    for (const endpoint of [one, two]) unplug(network, endpoint);
    const four = create('four');
    expect(() => reserve(four, wanted('three', { address6: 'fd00:7::3' }))).toThrow('the network four has none');
  });
});

describe('a network', () => {
  it('of IPv6 has a bridge with both addresses', async () => {
    const network = create('six', { subnet: '10.7.0.0/24', ipv6: true, subnet6: 'fd00:7::/64' });
    const box = new Plugged(network, wanted('box'));
    const [link] = decoded(`ip -j address show dev ${network.bridge}`) as [{ addr_info: unknown }];
    expect(link.addr_info).toMatchObject([
      { local: '10.7.0.1', prefixlen: 24 },
      { local: 'fd00:7::1', prefixlen: 64 },
      {},
    ]);
    await box.end();
  });

  it('tells of a route that came later, and has part of its addresses', async () => {
    const network = create('web', { subnet: '10.7.0.0/24' });
    sh('ip link add vpn type veth peer name far && ip link set vpn up && ip link set far up');
    sh('ip route add 10.7.0.128/25 dev vpn');
    const box = new Plugged(network, wanted('box'));
    expect(box.notices).toEqual([expect.stringContaining('(10.7.0.0/24) meet the route 10.7.0.128/25 of vpn')]);
    await box.end();
    sh('ip link delete vpn');
    const again = new Plugged(network, wanted('box'));
    expect(again.notices).toEqual([]);
    await again.end();
  });

  it('that a container is in cannot be removed', async () => {
    const network = create('used');
    const box = new Plugged(network, wanted('box'));
    const inUse = `network used has active endpoints (name:"box" id:"${box.endpoint.id.slice(0, 12)}")`;
    expect(() => removeNetwork('used')).toThrow(
      expect.objectContaining({
        message: `error while removing network: ${inUse}`,
        remedy: 'Stop them first: tslab stop box',
      }),
    );
    expect(pruneNetworks([network])).toEqual([]);
    await box.end();
    expect(removeNetwork(network.id.slice(0, 5))).toBe('used');
    expect(() => findNetwork('used')).toThrow('network used not found');
  });

  it('keeps the MAC address of its bridge, whoever comes and goes', async () => {
    const mac = () => decoded('ip -j link show dev tslab0')[0]?.address;
    const boxes = ['a', 'b', 'c', 'd'].map((name) => new Plugged(defaultNetwork(), wanted(name)));
    const seen = [mac()];
    for (const box of boxes.slice(0, 3)) {
      await box.end();
      seen.push(mac());
    }
    expect(new Set(seen)).toEqual(new Set(['02:42:ac:1e:00:01']));
    await boxes[3]?.end();
  });

  it('has its bridge again where somebody has removed it, with those who were plugged in', async () => {
    const box = new Plugged(defaultNetwork(), wanted('box'));
    sh('ip link delete tslab0');
    const other = new Plugged(defaultNetwork(), wanted('other'));
    await expect.poll(() => other.sh(reach(box.endpoint.address, 80))).toBe('refused');
    await box.end();
    await other.end();
    expect(sh('ip -br link')).not.toContain('tslab0');
  });

  it('starts a container twenty times in a row', async () => {
    const keeper = new Plugged(defaultNetwork(), wanted('keeper'));
    for (let i = 0; i < 20; i++) await new Plugged(defaultNetwork(), wanted('again')).end();
    await keeper.end();
    expect(sh('ip -br link')).not.toContain('tslab0');
  });
});

describe('two tslabs on one host, with a state each', () => {
  it('have bridges and tables of their own', async () => {
    const one = new Plugged(defaultNetwork(), wanted('one'));
    const before = process.env.TSLAB_STATE;
    process.env.TSLAB_STATE = `${before}/other`;
    const two = new Plugged(defaultNetwork(), wanted('two'));
    expect([two.network.bridge, two.endpoint.address]).toEqual([`ts-${two.network.id.slice(0, 12)}`, '172.31.0.2']);
    expect(sh('nft list tables').trim().split('\n').sort()).toEqual(
      [`table inet ${two.network.bridge}`, 'table inet tslab0'].sort(),
    );
    await two.end();
    process.env.TSLAB_STATE = before;
    expect(sh('nft list tables')).toBe('table inet tslab0\n');
    await one.end();
  });

  it('take another name and other addresses where the other one came first', async () => {
    const before = process.env.TSLAB_STATE;
    process.env.TSLAB_STATE = `${before}/third`;
    const two = defaultNetwork();
    expect([two.bridge, two.subnet]).toEqual(['tslab0', '172.30.0.0/16']);
    process.env.TSLAB_STATE = before;
    const one = new Plugged(defaultNetwork(), wanted('one'));
    process.env.TSLAB_STATE = `${before}/third`;
    const box = new Plugged(defaultNetwork(), wanted('two'));
    expect(box.endpoint.address).toBe('172.31.0.2');
    expect(sh(`ip -br address show dev ${defaultNetwork().bridge}`)).toContain('172.31.0.1/16');
    await box.end();
    process.env.TSLAB_STATE = before;
    expect(sh('ip -br link')).toContain('tslab0');
    await one.end();
  });
});
