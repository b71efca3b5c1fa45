import { describe, expect, it } from 'vitest';
import { decodeWaitStatus } from '../../../src/kernel/wait.js';

describe('a wait status', () => {
  it.each([
    [0x0000, { code: 0, signal: undefined, status: 0 }],
    [0x0300, { code: 3, signal: undefined, status: 3 }],
    [0xff00, { code: 255, signal: undefined, status: 255 }],
    [0x0009, { code: undefined, signal: 'SIGKILL', status: 137 }],
    [0x000f, { code: undefined, signal: 'SIGTERM', status: 143 }],
    [0x0086, { code: undefined, signal: 'SIGABRT', status: 134 }], // bit 7: a core was dumped
    [0x0022, { code: undefined, signal: '34', status: 162 }], // a real-time signal has no name
  ])('%i is taken apart as wait(2) says', (value, status) => {
    expect(decodeWaitStatus(value)).toEqual(status);
  });
});
