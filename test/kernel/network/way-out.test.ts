import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../../src/network/config.js';
import { createNetwork, defaultNetwork } from '../../../src/network/create.js';
import { ASKED, ask, decoded, Outside, Plugged, reach, serve, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

let outside: Outside;
beforeAll(() => {
  outside = new Outside();
});
afterAll(() => outside.end());

const forwarding = (link: string) => readFileSync(`/proc/sys/net/ipv4/conf/${link}/forwarding`, 'utf8').trim();

/** Does something with a container, whose network goes with it. */
async function withBox(network: Network, work: (box: Plugged) => Promise<void>, more = {}): Promise<void> {
  const box = new Plugged(network, wanted('box', more));
  try {
    await work(box);
  } finally {
    await box.end();
  }
}

describe('a container in a network', () => {
  it('reaches other hosts with the address of this one; only links that it needs forward', async () => {
    sh('ip link add idle type bridge && ip link set idle up');
    using _ = serve(outside.child, 80);
    expect([forwarding('up0'), forwarding('idle')]).toEqual(['0', '0']);
    await withBox(defaultNetwork(), async (box) => {
      expect(box.notices).toEqual([]);
      await expect.poll(() => box.sh(ask('203.0.113.2', 80))).toBe('203.0.113.1');
      expect([forwarding('up0'), forwarding('tslab0'), forwarding('idle')]).toEqual(['1', '1', '0']);
    });
    expect([forwarding('up0'), forwarding('idle')]).toEqual(['0', '0']);
    sh('ip link delete idle');
  });

  it('leaves forwarding on where somebody else has it on', async () => {
    sh('echo 1 > /proc/sys/net/ipv4/conf/up0/forwarding');
    await withBox(defaultNetwork(), async () => {});
    expect(forwarding('up0')).toBe('1');
    sh('echo 0 > /proc/sys/net/ipv4/conf/up0/forwarding');
  });

  it('answers at a published port, and knows who asks; at others it does not', async () => {
    outside.sh('ip route add 172.30.0.0/16 via 203.0.113.1');
    const port = { protocol: 'tcp', hostIp: '', hostPort: 8080, containerPort: 80 } as const;
    const own = { ...port, hostIp: '127.0.0.1', hostPort: 8081 };
    await withBox(
      defaultNetwork(),
      async (box) => {
        using _ = serve(box.child, 80);
        await expect.poll(() => outside.sh(ask('203.0.113.1', 8080))).toBe('203.0.113.2');
        expect(outside.sh(ask('203.0.113.1', 8081))).toBe('nothing');
        expect(sh(ask('172.30.0.2', 80)).trim()).toBe('172.30.0.1');
        expect(outside.sh(reach('172.30.0.2', 80, 2))).toBe('silent');
      },
      { ports: [port, own] },
    );
    outside.sh('ip route delete 172.30.0.0/16');
  });

  it('that is internal reaches its neighbours, and nobody else', async () => {
    sh('echo 1 > /proc/sys/net/ipv4/ip_forward');
    using _ = serve(outside.child, 80);
    const network = createNetwork({ ...ASKED, name: 'inner', internal: true });
    await withBox(network, async (box) => {
      const other = new Plugged(network, wanted('other'));
      await expect.poll(() => box.sh(reach(other.endpoint.address, 80))).toBe('refused');
      expect(box.sh(reach('203.0.113.2', 80, 2))).toBe('silent');
      await other.end();
    });
    sh('echo 0 > /proc/sys/net/ipv4/ip_forward');
  });

  it('does not reach those of another network', async () => {
    const [one, two] = ['one', 'two'].map((name) => createNetwork({ ...ASKED, name })) as [Network, Network];
    await withBox(one, async (box) => {
      const other = new Plugged(two, wanted('other'));
      expect(box.sh(reach(other.endpoint.address, 80, 2))).toBe('silent');
      await other.end();
    });
  });

  it('has links as wide as the way out, or as is asked for', async () => {
    sh('ip link set up0 mtu 1420');
    const mtus = (box: Plugged) => [
      ...[box.network.bridge, box.endpoint.link].map((link) => decoded(`ip -j link show dev ${link}`)[0]?.mtu),
      JSON.parse(box.sh('ip -j link show dev eth0'))[0].mtu,
    ];
    await withBox(defaultNetwork(), async (box) => expect(mtus(box)).toEqual([1420, 1420, 1420]));
    const options = { 'com.docker.network.driver.mtu': '1300', 'com.docker.network.bridge.name': 'br-narrow' };
    await withBox(createNetwork({ ...ASKED, name: 'narrow', options }), async (box) => {
      expect(mtus(box)).toEqual([1300, 1300, 1300]);
      expect(box.network.bridge).toBe('br-narrow');
    });
    sh('ip link set up0 mtu 1500');
  });
});
