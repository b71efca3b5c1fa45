import { describe, expect, it } from 'vitest';
import { AttributeSet } from '../../../src/netlink/attribute.js';
import * as message from '../../../src/netlink/message.js';
import * as expressions from '../../../src/netlink/nftables/expressions.js';
import * as portMap from '../../../src/netlink/nftables/port-map.js';
import * as table from '../../../src/netlink/nftables/table.js';
import { ERROR } from '../../../src/netlink/refusal.js';
import * as address from '../../../src/netlink/route/address.js';
import * as link from '../../../src/netlink/route/link.js';
import { inC } from '../../support/in-c.js';
import { needs } from '../../support/needs.js';

const ROUTE = ['linux/rtnetlink.h', 'linux/if.h', 'linux/if_link.h', 'linux/veth.h', 'linux/neighbour.h'];
const NETFILTER = [
  'linux/netfilter/nfnetlink.h',
  'linux/netfilter/nf_tables.h',
  'linux/netfilter/nf_conntrack_common.h',
  'linux/netfilter.h',
  'linux/rtnetlink.h',
];

/** All constants and attributes of some modules, by the kernel's names. */
function constantsOf(...modules: readonly Record<string, unknown>[]): Record<string, number> {
  const all = modules.flatMap(Object.entries).flatMap(([name, value]) => {
    if (value instanceof AttributeSet) return Object.entries(value.types);
    return typeof value === 'number' && /^[A-Z_]+\d?_/.test(name) ? [[name, value]] : [];
  });
  return Object.fromEntries(all);
}

describe('the constants of netlink', () => {
  it('for links, addresses, routes and neighbours have the values of the kernel headers', (test) => {
    needs(test, 'the headers of the kernel');
    needs(test, 'a C compiler with the headers of libc');
    const ours = constantsOf(message, { ERROR }, link, address);
    expect(Object.keys(ours).length).toBeGreaterThan(50);
    expect(ours).toEqual(inC(ROUTE, Object.keys(ours)));
  });

  it('for nf_tables have the values of the kernel headers', (test) => {
    needs(test, 'the headers of the kernel');
    needs(test, 'a C compiler with the headers of libc');
    const ours = constantsOf(expressions, table, portMap);
    expect(Object.keys(ours).length).toBeGreaterThan(80);
    expect(ours).toEqual(inC(NETFILTER, Object.keys(ours)));
  });
});
