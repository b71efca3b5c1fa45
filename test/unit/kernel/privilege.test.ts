import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasSysAdmin } from '../../../src/kernel/credentials/privilege.js';

describe('CAP_SYS_ADMIN', () => {
  it.each([
    ['all capabilities', '000001ffffffffff', true],
    ['all but that one', '000001ffffdfffff', false],
    ['that one alone', '0000000000200000', true],
    ["Docker's fourteen", '00000000a80425fb', false],
    ['none', '0000000000000000', false],
  ])('is looked for among the effective ones: %s', (_, effective, has) => {
    expect(hasSysAdmin(`Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${effective}\nSeccomp:\t0\n`)).toBe(has);
  });

  it('is not there where the text says nothing of it', () => {
    expect(hasSysAdmin(readFileSync('/proc/self/comm', 'utf8'))).toBe(false);
  });
});
