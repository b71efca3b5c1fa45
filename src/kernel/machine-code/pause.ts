import { elfProgram } from './elf.js';

interface PauseCode {
  readonly assembly: string;
  readonly code: string;
}

const X64: PauseCode = {
  assembly: `
again:
    mov  eax, 34                # pause
    syscall
    jmp  again
`,
  code: 'b8220000 000f05eb f7',
};

const ARM64: PauseCode = {
  assembly: `
again:
    mov  x8, #73                // ppoll(NULL, 0, NULL, NULL): arm64 has no pause
    mov  x0, #0
    mov  x1, #0
    mov  x2, #0
    mov  x3, #0
    svc  #0
    b    again
`,
  code: '280980d2 000080d2 010080d2 020080d2 030080d2 010000d4 faffff17',
};

/** The code for every architecture that tslab runs on, by Node's name for it. */
export const PAUSE_CODE: Partial<Record<NodeJS.Architecture, PauseCode>> = { x64: X64, arm64: ARM64 };

/** The one call that such a program makes, again and again. */
export const PAUSE_CALL = { x64: 'pause', arm64: 'ppoll' } as const;

/** A program that waits until it is killed: the same in any image, and by one system call. A test assembles the text and compares the bytes. */
export function pauseProgram(arch: NodeJS.Architecture = process.arch): Buffer {
  const { code } = PAUSE_CODE[arch] ?? X64;
  return elfProgram(Buffer.from(code.replace(/\s/g, ''), 'hex'), arch);
}
