import { describe, expect, it } from 'vitest';
import { initProgram } from '../../../labs/01-pid-namespace/calls/init.js';
import { INIT_CODE } from '../../../src/kernel/machine-code/init.js';
import { elfInterpreter } from '../../../src/rootfs/elf.js';
import { assembleText } from '../../support/assemble.js';
import { needs } from '../../support/needs.js';

describe('the init of --init', () => {
  it('for x86-64 is what its assembly text says', (test) => {
    needs(test, 'an x86-64 assembler');
    expect(codeOf('x64')).toEqual(assembleText(textOf('x64'), 'x86_64-linux-gnu', '-msyntax=intel', '-mnaked-reg'));
  });

  it('for arm64 is what its assembly text says', (test) => {
    needs(test, 'an arm64 assembler');
    expect(codeOf('arm64')).toEqual(assembleText(textOf('arm64'), 'aarch64-linux-gnu'));
  });

  it('is an ELF program that needs no interpreter', () => {
    expect(elfInterpreter(initProgram('x64'))).toBeNull();
    expect(elfInterpreter(initProgram('arm64'))).toBeNull();
  });

  it('stays below 512 bytes, header and all', () => {
    expect(initProgram('x64').length).toBeLessThan(512);
    expect(initProgram('arm64').length).toBeLessThan(512);
  });

  it('is written for no other machine, and says so', () => {
    expect(() => initProgram('riscv64')).toThrow('this machine is riscv64');
  });
});

function textOf(arch: 'x64' | 'arm64'): string {
  return INIT_CODE[arch]?.assembly ?? '';
}

/** Without the header and the one program header. */
function codeOf(arch: 'x64' | 'arm64'): Buffer {
  return initProgram(arch).subarray(64 + 56);
}
