import { describe, expect, it } from 'vitest';
import { PAUSE_CODE, pauseProgram } from '../../../src/kernel/machine-code/pause.js';
import { elfInterpreter } from '../../../src/rootfs/elf.js';
import { assembleText } from '../../support/assemble.js';
import { needs } from '../../support/needs.js';

describe('the program that waits', () => {
  it('for x86-64 is what its assembly text says', (test) => {
    needs(test, 'an x86-64 assembler');
    expect(codeOf('x64')).toEqual(assembleText(textOf('x64'), 'x86_64-linux-gnu', '-msyntax=intel', '-mnaked-reg'));
  });

  it('for arm64 is what its assembly text says', (test) => {
    needs(test, 'an arm64 assembler');
    expect(codeOf('arm64')).toEqual(assembleText(textOf('arm64'), 'aarch64-linux-gnu'));
  });

  it('needs no interpreter', () => {
    expect(elfInterpreter(pauseProgram('x64'))).toBeNull();
  });
});

function codeOf(arch: 'x64' | 'arm64'): Buffer {
  return Buffer.from(PAUSE_CODE[arch]?.code.replace(/\s/g, '') ?? '', 'hex');
}

function textOf(arch: 'x64' | 'arm64'): string {
  return PAUSE_CODE[arch]?.assembly ?? '';
}
