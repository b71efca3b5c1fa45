import { describe, expect, it } from 'vitest';
import { withPeers } from '../../../src/container/files/hosts-peers.js';
import { parseResolvConf, reachable, resolvConfText } from '../../../src/container/files/resolv-conf.js';

const OTHERS = [
  { address: '10.0.0.2', names: ['web', 'web', 'www'] },
  { address: 'fd00::2', names: ['web'] },
];
const BLOCK = '# others in its networks, written by tslab\n10.0.0.2\tweb www\nfd00::2\tweb\n# end of these\n';

describe('who else is in a network, in /etc/hosts', () => {
  it('stands behind what else is there, once, however often it is told', () => {
    expect(withPeers('127.0.0.1\tlocalhost\n', OTHERS)).toBe(`127.0.0.1\tlocalhost\n${BLOCK}`);
    expect(withPeers(withPeers('a\n', OTHERS), OTHERS)).toBe(`a\n${BLOCK}`);
    expect(withPeers('cut off', OTHERS)).toBe(`cut off\n${BLOCK}`);
  });

  it('goes with the last, and what programs have written around it stays', () => {
    expect(withPeers(`before\n${BLOCK}after\n`, [])).toBe('before\nafter\n');
    expect(withPeers(`before\n${BLOCK}after\n`, OTHERS.slice(1))).toMatch(/^before\nafter\n# others/);
  });
});

describe('name servers that a container reaches', () => {
  it('are those of the host, but for its own lo and its own links', () => {
    const conf = 'nameserver 127.0.0.53\nnameserver ::1\nnameserver fe80::1%eth0\nnameserver 10.0.0.2\nnameserver x\n';
    expect(reachable(parseResolvConf(conf)).servers).toEqual(['10.0.0.2']);
  });

  it('are read with the last of several search lists', () => {
    const conf = parseResolvConf('domain a\nsearch b c\noptions ndots:1\noptions rotate\n# nameserver 10.0.0.3\n');
    expect(resolvConfText(conf, undefined)).toBe('search b c\noptions ndots:1 rotate\n');
  });
});
