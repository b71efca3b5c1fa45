import { describe, expect, it } from 'vitest';
import { unixAddress } from '../../../src/kernel/sockets/socket-address.js';

describe('the address of a socket in the file system', () => {
  it('is the family, the path, and a zero', () => {
    const { bytes, text } = unixAddress('/run/x.sock');
    expect(Buffer.from(bytes).toString('latin1')).toBe('\x01\0/run/x.sock\0');
    expect(text).toBe('{AF_UNIX, "/run/x.sock"}');
  });

  it('has room for 107 bytes', () => {
    expect(unixAddress('x'.repeat(107)).bytes).toHaveLength(110);
    expect(() => unixAddress('x'.repeat(108))).toThrow(/at most 107 bytes/);
    expect(() => unixAddress('é'.repeat(54))).toThrow(RangeError);
  });
});
