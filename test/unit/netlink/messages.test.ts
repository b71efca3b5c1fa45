import { describe, expect, it } from 'vitest';
import { addressBytes, addressText } from '../../../src/kernel/sockets/ip-address.js';
import { AttributeSet, decodeAttributes, encodeAttributes } from '../../../src/netlink/attribute.js';
import { decodeMessages, encodeMessage, NLM_F_ACK } from '../../../src/netlink/message.js';
import { newAddress, newRoute } from '../../../src/netlink/route/address.js';
import { newVeth, setLink } from '../../../src/netlink/route/link.js';

const SET = new AttributeSet({ A_NAME: 3, A_NUMBER: 4, A_LIST: 5 });
const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/(.{8})(?=.)/g, '$1 ');

describe('an attribute', () => {
  it('has its length without, and its bytes with the padding', () => {
    expect(hex(encodeAttributes([SET.string('A_NAME', 'eth0'), SET.u32('A_NUMBER', 1500)]))).toBe(
      '09000300 65746830 00000000 08000400 dc050000',
    );
    expect(hex(encodeAttributes([SET.nested('A_LIST', [SET.be16('A_NUMBER', 80)])]))).toBe(
      '0c000580 06000400 00500000',
    );
  });

  it('is read by name; what is cut off, or has a length that cannot be, ends the reading', () => {
    const bytes = encodeAttributes([SET.string('A_NAME', 'lo'), SET.u32('A_NUMBER', 7)]);
    expect(SET.read(bytes)).toEqual({ A_NAME: Buffer.from('lo\0'), A_NUMBER: Buffer.from([7, 0, 0, 0]) });
    for (let length = 0; length < bytes.length; length++) {
      expect([...decodeAttributes(bytes.subarray(0, length))].length).toBeLessThan(2);
    }
    expect([...decodeAttributes(Buffer.alloc(8))]).toEqual([]);
    expect([...decodeAttributes(Buffer.from('ffff0300', 'hex'))]).toEqual([]);
  });

  it('is never read from where no bytes are, whatever they say', () => {
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Buffer.from(Array.from({ length: seed % 64 }, (_, i) => (seed * 31 * (i + 7)) & 0xff));
      for (const { value } of decodeAttributes(bytes)) expect(value.length).toBeLessThanOrEqual(bytes.length - 4);
      for (const { payload } of decodeMessages(bytes)) expect(payload.length).toBeLessThanOrEqual(bytes.length - 16);
    }
  });
});

describe('a message', () => {
  it('to change a link has the bytes that `ip link set lo up` sends', () => {
    expect(hex(encodeMessage(setLink({ index: 1, up: true }), 1, NLM_F_ACK))).toBe(
      '20000000 10000500 01000000 00000000 00000000 01000000 01000000 01000000',
    );
  });

  it('for an address has its header and one attribute', () => {
    const bytes = encodeMessage(newAddress({ index: 5, address: '10.7.0.1', prefix: 16 }), 2, NLM_F_ACK);
    expect(hex(bytes)).toBe('20000000 14000506 02000000 00000000 02100000 05000000 08000200 0a070001');
  });

  it('for a route has the bytes of `ip route add default via 10.7.0.1`', () => {
    const bytes = encodeMessage(newRoute({ gateway: '10.7.0.1' }), 3, NLM_F_ACK);
    expect(hex(bytes)).toBe('24000000 18000506 03000000 00000000 02000000 fe030001 00000000 08000500 0a070001');
  });

  it('is written as C would have it', () => {
    expect(newVeth({ index: 1000, name: 'eth0', namespace: { pid: 7 } }, { name: 'ts1' }).text).toBe(
      'RTM_NEWLINK {NLM_F_EXCL|NLM_F_CREATE, ifi_index=1000, IFLA_IFNAME="eth0", IFLA_NET_NS_PID=7, IFLA_LINKINFO={IFLA_INFO_KIND="veth", IFLA_INFO_DATA={VETH_INFO_PEER={IFLA_IFNAME="ts1"}}}}',
    );
  });
});

describe('an IP address', () => {
  const CASES = {
    '0.0.0.0': '00000000',
    '172.30.0.2': 'ac1e0002',
    '::': '00000000 00000000 00000000 00000000',
    '::1': '00000000 00000000 00000000 00000001',
    'fd00:7::1': 'fd000007 00000000 00000000 00000001',
    '1:0:0:2::3': '00010000 00000002 00000000 00000003',
    '2001:db8:1:2:3:4:5:6': '20010db8 00010002 00030004 00050006',
  };

  it.each(Object.entries(CASES))('%s has its bytes, and they have its text', (text, bytes) => {
    expect(hex(addressBytes(text))).toBe(bytes);
    expect(addressText(addressBytes(text))).toBe(text);
  });

  it('may be written in more than one way', () => {
    expect(addressText(addressBytes('FD00:0007:0:0::0001'))).toBe('fd00:7::1');
    expect(addressText(addressBytes('::ffff:10.0.0.1'))).toBe('::ffff:a00:1');
    expect(addressText(addressBytes('1:2:3:4:5:6:7::'))).toBe('1:2:3:4:5:6:7:0');
  });

  it.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', 'fd00', ':::', 'fe80::1%eth0', '1.2.3.4/8', 'localhost'])(
    'is not %j',
    (text) => expect(() => addressBytes(text)).toThrow(`${JSON.stringify(text)} is no IP address`),
  );
});
