import { describe, expect, it } from 'vitest';
import { STUBS, stubCode } from '../../../src/kernel/machine-code/stub.js';
import { assembleText } from '../../support/assemble.js';
import { needs } from '../../support/needs.js';

describe('the stub', () => {
  it('for x86-64 is what its assembly text says', (test) => {
    needs(test, 'an x86-64 assembler');
    expect(stubCode('x64')).toEqual(assemble('x64', 'x86_64-linux-gnu', '-msyntax=intel', '-mnaked-reg'));
  });

  it('for arm64 is what its assembly text says', (test) => {
    needs(test, 'an arm64 assembler');
    expect(stubCode('arm64')).toEqual(assemble('arm64', 'aarch64-linux-gnu'));
  });

  it('differs from the assembly text where that is changed', (test) => {
    needs(test, 'an x86-64 assembler');
    const text = STUBS.x64?.assembly.replace('add  rbx, 80', 'add  rbx, 72') ?? '';
    expect(stubCode('x64')).not.toEqual(assembleText(text, 'x86_64-linux-gnu', '-msyntax=intel', '-mnaked-reg'));
  });

  it('is written for no other machine, and says so', () => {
    expect(() => stubCode('riscv64')).toThrow('written for x86-64 and arm64, and this machine is riscv64');
  });
});

function assemble(arch: 'x64' | 'arm64', tools: string, ...flags: string[]): Buffer {
  return assembleText(STUBS[arch]?.assembly ?? '', tools, ...flags);
}
