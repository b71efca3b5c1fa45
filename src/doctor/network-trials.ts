/** What lab 08 needs of a kernel's network, as the lab asks for it. Each of them is a module of its own. */
import type { Syscall } from '../kernel/syscall.js';
import * as nft from '../netlink/nftables/expressions.js';
import { newPortMap } from '../netlink/nftables/port-map.js';
import { newChain, newRule, newTable } from '../netlink/nftables/table.js';
import { nfnetlink, rtnetlink } from '../netlink/requests.js';
import { newLink, newVeth, newVxlan } from '../netlink/route/link.js';

const END = { index: 1000, name: 'tslab0' };
const TABLE = 'tslab';

export const VETH: readonly Syscall[] = rtnetlink([newVeth({ index: 1001, name: 'tslab1' }, END)]);
export const BRIDGE: readonly Syscall[] = rtnetlink([newLink('bridge', END)]);
export const VXLAN: readonly Syscall[] = rtnetlink([newVxlan(END, { id: 1, local: '127.0.0.1' })]);

const POSTROUTING = { table: TABLE, name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 100 } as const;
const PREROUTING = { table: TABLE, name: 'prerouting', type: 'nat', hook: 'prerouting', priority: -100 } as const;
const PORTS = 'ports';

export const MASQUERADE: readonly Syscall[] = nfnetlink([
  newTable(TABLE),
  newChain(POSTROUTING),
  newRule(TABLE, POSTROUTING.name, [nft.counter(), nft.masquerade()]),
]);

/** As the rule of published ports. The module nft_fib_inet is missing in kernels of Docker Desktop and WSL2. */
export const DNAT: readonly Syscall[] = nfnetlink([
  newTable(TABLE),
  newPortMap(TABLE, PORTS),
  newChain(PREROUTING),
  newRule(TABLE, PREROUTING.name, [
    ...nft.toThisHost(),
    ...nft.isPublished(),
    nft.meta('l4proto', nft.NFT_REG32_00),
    nft.destinationPort(nft.NFT_REG32_01),
    nft.lookup(PORTS, nft.NFT_REG32_00, nft.NFT_REG32_02),
    nft.dnat(nft.NFT_REG32_02, nft.NFT_REG32_03),
  ]),
]);
