/**
 * The stub: the machine code that runs a list of calls in a cloned child.
 *
 * JavaScript cannot run there (V8 marks its heap MADV_DONTFORK), so the child shares tslab's memory (CLONE_VM) and runs
 * this loop over the table that `arena.ts` laid out. It uses no stack, no libc, no errno and no locks, so it is as safe
 * as vfork(2) and execve(2). A filter of seccomp(2) may refuse exit_group(2): hence the illegal instruction behind that. A test assembles
 * the text and compares the bytes.
 *
 * An entry of the table is ten 64-bit words:
 *
 *     0  number of the call        8  smallest result that counts as success
 *    16  largest result with which the list goes on (a larger one ends it: the parent of a clone)
 *    24  result                   32…72  addresses of the six arguments
 *
 * Arguments are addresses, not values: a constant lies in a cell of its own, and the result of an earlier call is used
 * by pointing at that call's result word. So `open` can hand its descriptor to any number of later calls.
 */
export const ENTRY_SIZE = 80;
export const ENTRY_MIN = 8;
export const ENTRY_MAX = 16;
export const ENTRY_RESULT = 24;
export const ENTRY_ARGUMENTS = 32;

interface Stub {
  readonly assembly: string;
  readonly code: string;
}

const X64: Stub = {
  assembly: `
    mov  rbx, rdi           # the table
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
    mov  [rbx+24], rax      # result
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
`,
  code: `
    4889fb 488b03 488b7b20 488b3f 488b7328 488b36 488b5330 488b12 4c8b5338 4d8b12 4c8b4340 4d8b00 4c8b4b48 4d8b09
    0f05 48894318 483b4308 7c0c 483b4310 7f0d 4883c350 ebbb bf7f000000 eb02 31ff b8e7000000 0f05 0f0b`,
};

const ARM64: Stub = {
  assembly: `
    mov  x19, x0            // the table
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
    str  x0, [x19, #24]     // result
    ldr  x9, [x19, #8]
    cmp  x0, x9
    b.lt failed
    ldr  x9, [x19, #16]
    cmp  x0, x9
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
`,
  code: `
    f30300aa 680240f9 601240f9 000040f9 611640f9 210040f9 621a40f9 420040f9 631e40f9 630040f9 642240f9 840040f9
    652640f9 a50040f9 010000d4 600e00f9 690640f9 1f0009eb cb000054 690a40f9 1f0009eb ac000054 73420191 eaffff17
    e00f80d2 02000014 000080d2 c80b80d2 010000d4 00000000`,
};

/** The stub of every architecture that tslab runs on, by Node's name for it. */
export const STUBS: Partial<Record<NodeJS.Architecture, Stub>> = { x64: X64, arm64: ARM64 };

/** The stub's bytes for this machine. */
export function stubCode(arch: NodeJS.Architecture = process.arch): Buffer {
  const stub = STUBS[arch];
  if (!stub) throw new Error(`tslab's stub is written for x86-64 and arm64, and this machine is ${arch}`);
  return Buffer.from(stub.code.replace(/\s/g, ''), 'hex');
}
