import { describe, expect, it } from 'vitest';
import { zombieStatus } from '../../../src/procfs/zombie.js';

/** /proc/PID/stat of a process that ended with exit(7), read as root before its parent waited for it. */
const ENDED =
  '32610 (python3) Z 32569 32567 30223 0 -1 4227148 228 0 0 0 0 0 0 0 20 0 1 0 1018777 0 0 18446744073709551615 0 0 0 0 0 0 0 16781312 2 1 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 1792';

describe('the exit status of a zombie', () => {
  it('is the last field of its stat', () => {
    expect(zombieStatus(ENDED, 1018777)).toEqual({ code: 7, signal: undefined, status: 7 });
    expect(zombieStatus(ENDED.replace(/1792$/, '9'), 1018777)).toMatchObject({ signal: 'SIGKILL', status: 137 });
  });

  it('is not told of another process with the same pid, or of one that lives', () => {
    expect(zombieStatus(ENDED, 1018778)).toBeUndefined();
    expect(zombieStatus(ENDED.replace(') Z', ') S'), 1018777)).toBeUndefined();
  });
});
