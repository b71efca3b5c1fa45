import { describe, expect, it } from 'vitest';
import { parseMeminfo, readMeminfo } from '../../../src/procfs/memory.js';
import { parseStatus, readStatus } from '../../../src/procfs/status.js';

const STATUS = `Name:	a: b
State:	S (sleeping)
Uid:	1000	0	0	33
Gid:	1000	1000	1000	1000
Groups:	 
NSpid:	7810	1
VmHWM:	    1800 kB
VmRSS:	    1768 kB
Threads:	11
CapEff:	000001fffeffffff
Seccomp:	2
Speculation_Store_Bypass:	vulnerable
`;

const ZOMBIE = `Name:	python3
State:	Z (zombie)
Uid:	0	0	0	0
Gid:	0	0	0	0
NSpid:	9090
Threads:	1
CapEff:	0000000000000000
`;

const MEMINFO = `MemTotal:       24684084 kB
MemAvailable:   24399096 kB
HugePages_Total:       3
Hugepagesize:       2048 kB
`;

describe('parseStatus', () => {
  it('gives the effective user, its capabilities and the mode of seccomp as numbers', () => {
    expect(parseStatus(STATUS)).toMatchObject({ euid: 0, capEff: 0x1fffeffffffn, seccomp: 2 });
  });

  it('keeps every field as text, also an empty one and a name with a colon', () => {
    const { fields } = parseStatus(STATUS);
    expect(fields.get('Name')).toBe('a: b');
    expect(fields.get('Groups')).toBe('');
    expect(fields.size).toBe(12);
  });

  it('gives null for what a zombie or an older kernel does not have', () => {
    expect(parseStatus(ZOMBIE)).toMatchObject({ seccomp: null, capEff: 0n });
  });
});

describe('readStatus', () => {
  it('agrees with this process about its user', () => {
    expect(readStatus('self')?.euid).toBe(process.geteuid?.());
  });

  it('is null where there is no such process', () => {
    expect(readStatus(2 ** 22 + 1)).toBeNull();
  });
});

describe('meminfo', () => {
  it('gives sizes in bytes and leaves counts out', () => {
    expect([...parseMeminfo(MEMINFO)]).toEqual([
      ['MemTotal', 24684084 * 1024],
      ['MemAvailable', 24399096 * 1024],
      ['Hugepagesize', 2048 * 1024],
    ]);
  });

  it('has more memory in this machine than this process uses', () => {
    expect(readMeminfo().get('MemTotal')).toBeGreaterThan(process.memoryUsage().rss);
  });
});
