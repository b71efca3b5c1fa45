import { describe, expect, it } from 'vitest';
import { CODE_ADDRESS, elfProgram } from '../../../src/kernel/machine-code/elf.js';
import { PROGRAM_CODE, programCode } from '../../../src/kernel/machine-code/program.js';
import { elfInterpreter } from '../../../src/rootfs/elf.js';
import { assembleText } from '../../support/assemble.js';
import { needs } from '../../support/needs.js';

describe('the program that makes the end of a list', () => {
  it('for x86-64 is what its assembly text says', (test) => {
    needs(test, 'an x86-64 assembler');
    const assembled = assembleText(textOf('x64'), 'x86_64-linux-gnu', '-msyntax=intel', '-mnaked-reg');
    expect(programCode('x64')).toEqual(assembled);
  });

  it('for arm64 is what its assembly text says', (test) => {
    needs(test, 'an arm64 assembler');
    expect(programCode('arm64')).toEqual(assembleText(textOf('arm64'), 'aarch64-linux-gnu'));
  });

  it('finds its table right behind its code, on 8 bytes', () => {
    expect([programCode('x64').length % 8, programCode('arm64').length % 8, CODE_ADDRESS % 8]).toEqual([0, 0, 0]);
  });

  it('is an ELF program that needs no interpreter', () => {
    expect(elfInterpreter(elfProgram(programCode('x64'), 'x64'))).toBeNull();
    expect(elfInterpreter(elfProgram(programCode('arm64'), 'arm64'))).toBeNull();
  });

  it('is written for no other machine, and says so', () => {
    expect(() => programCode('riscv64')).toThrow('this machine is riscv64');
  });
});

function textOf(arch: 'x64' | 'arm64'): string {
  return PROGRAM_CODE[arch]?.assembly ?? '';
}
