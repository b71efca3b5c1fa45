/**
 * The machine code of a program that makes a list of calls, as the stub does (stub.ts), but in memory of its own.
 *
 * Behind it lie the number of a pipe and a table of the stub's entries. Each result is written into the pipe, with the address of its
 * entry before it: 16 bytes at once. Without a reader of the pipe tslab is dead, and the list ends. An entry whose result word is 0 is
 * reported only where it fails: a filter may refuse write(2) by then. It may refuse exit_group(2) too: hence the illegal instruction behind
 * that. The program writes to no memory but the stack. A test assembles the text and compares the bytes.
 */
/** The result word of an entry that is reported only where it fails. */
export const UNREPORTED = 0n;

interface ProgramCode {
  readonly assembly: string;
  readonly code: string;
}

const X64: ProgramCode = {
  assembly: `
    lea  rbx, [rip+table]   # the number of the pipe, then the table
    mov  r12, [rbx]
    add  rbx, 8
next:
    mov  rax, [rbx]         # number
    mov  rdi, [rbx+32]      # six arguments
    mov  rdi, [rdi]
    mov  rsi, [rbx+40]
    mov  rsi, [rsi]
    mov  rdx, [rbx+48]
    mov  rdx, [rdx]
    mov  r10, [rbx+56]
    mov  r10, [r10]
    mov  r8, [rbx+64]
    mov  r8, [r8]
    mov  r9, [rbx+72]
    mov  r9, [r9]
    syscall
    cmp  qword ptr [rbx+24], 0
    jne  report
    cmp  rax, [rbx+8]
    jge  made
report:
    push rax
    push rbx
    mov  rdi, r12
    mov  rsi, rsp
    mov  edx, 16
    mov  eax, 1             # write: the entry's address and its result
    syscall
    cmp  rax, 16            # nobody reads: tslab is dead
    jne  failed
    pop  rcx
    pop  rax
made:
    cmp  rax, [rbx+8]
    jl   failed
    cmp  rax, [rbx+16]
    jg   parent
    add  rbx, 80
    jmp  next
failed:
    mov  edi, 127
    jmp  exit
parent:
    xor  edi, edi
exit:
    mov  eax, 231           # exit_group
    syscall
    ud2
    .balign 8
table:
`,
  code: `
    488d1d89 0000004c 8b234883 c308488b 03488b7b 20488b3f 488b7328 488b3648 8b533048 8b124c8b 53384d8b 124c8b43
    404d8b00 4c8b4b48 4d8b090f 0548837b 18007506 483b4308 7d1c5053 4c89e748 89e6ba10 000000b8 01000000 0f054883
    f8107514 5958483b 43087c0c 483b4310 7f0d4883 c350eb96 bf7f0000 00eb0231 ffb8e700 00000f05 0f0b660f 1f440000`,
};

const ARM64: ProgramCode = {
  assembly: `
    adr  x19, table         // the number of the pipe, then the table
    ldr  x20, [x19], #8
next:
    ldr  x8, [x19]          // number
    ldr  x0, [x19, #32]     // six arguments
    ldr  x0, [x0]
    ldr  x1, [x19, #40]
    ldr  x1, [x1]
    ldr  x2, [x19, #48]
    ldr  x2, [x2]
    ldr  x3, [x19, #56]
    ldr  x3, [x3]
    ldr  x4, [x19, #64]
    ldr  x4, [x4]
    ldr  x5, [x19, #72]
    ldr  x5, [x5]
    svc  #0
    mov  x21, x0
    ldr  x9, [x19, #24]
    cbnz x9, report
    ldr  x9, [x19, #8]
    cmp  x21, x9
    b.ge made
report:
    stp  x19, x21, [sp, #-16]!
    mov  x0, x20
    mov  x1, sp
    mov  x2, #16
    mov  x8, #64            // write: the entry's address and its result
    svc  #0
    cmp  x0, #16            // nobody reads: tslab is dead
    b.ne failed
    add  sp, sp, #16
made:
    ldr  x9, [x19, #8]
    cmp  x21, x9
    b.lt failed
    ldr  x9, [x19, #16]
    cmp  x21, x9
    b.gt parent
    add  x19, x19, #80
    b    next
failed:
    mov  x0, #127
    b    exit
parent:
    mov  x0, #0
exit:
    mov  x8, #94            // exit_group
    svc  #0
    udf  #0
    .balign 8
table:
`,
  code: `
    d3050010 748640f8 680240f9 601240f9 000040f9 611640f9 210040f9 621a40f9 420040f9 631e40f9 630040f9 642240f9
    840040f9 652640f9 a50040f9 010000d4 f50300aa 690e40f9 890000b5 690640f9 bf0209eb 4a010054 f357bfa9 e00314aa
    e1030091 020280d2 080880d2 010000d4 1f4000f1 41010054 ff430091 690640f9 bf0209eb cb000054 690a40f9 bf0209eb
    ac000054 73420191 dcffff17 e00f80d2 02000014 000080d2 c80b80d2 010000d4 00000000 1f2003d5`,
};

/** The code for every architecture that tslab runs on, by Node's name for it. */
export const PROGRAM_CODE: Partial<Record<NodeJS.Architecture, ProgramCode>> = { x64: X64, arm64: ARM64 };

/** The code for a machine. */
export function programCode(arch: NodeJS.Architecture = process.arch): Buffer {
  const program = PROGRAM_CODE[arch];
  if (!program) throw new Error(`tslab's programs are written for x86-64 and arm64, and this machine is ${arch}`);
  return Buffer.from(program.code.replace(/\s/g, ''), 'hex');
}
