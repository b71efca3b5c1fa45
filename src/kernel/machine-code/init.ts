/**
 * `--init`: a PID 1 in a few hundred bytes. It starts the program as its child, passes every signal on to it, reaps all that
 * dies (also the orphans that it adopts as init), and ends as the program ended. Docker's `--init` is tini, which does the same.
 *
 * It stands in machine code because it must run in any image, also in one without a shell. A test assembles the text and
 * compares the bytes.
 */
interface InitCode {
  readonly assembly: string;
  readonly code: string;
}

const X64: InitCode = {
  assembly: `
    mov  rbx, rsp               # argc, argv and envp lie on the stack (execve(2))
    lea  r12, [rbx+16]
    mov  r13, r12
separator:
    mov  rax, [r13]             # argv: programs to try, an empty string, the program's own argv
    add  r13, 8
    cmp  byte ptr [rax], 0
    jne  separator
    mov  rax, [rbx]
    lea  r14, [rbx+rax*8+16]    # envp
    sub  rsp, 32
    mov  qword ptr [rsp], -1    # every signal waits until it is asked for
    call setmask
    mov  eax, 56                # clone(SIGCHLD): an ordinary fork
    mov  edi, 17
    xor  esi, esi
    xor  edx, edx
    xor  r10d, r10d
    xor  r8d, r8d
    syscall
    test eax, eax
    jz   child
    mov  r15d, eax
wait:
    mov  rdi, rsp
    xor  esi, esi
    xor  edx, edx
    mov  r10d, 8
    mov  eax, 128               # rt_sigtimedwait: the next signal
    syscall
    cmp  eax, 17                # SIGCHLD
    je   reap
    test eax, eax
    jle  wait
    mov  esi, eax
    mov  edi, r15d
    mov  eax, 62                # kill: any other goes to the program
    syscall
    jmp  wait
reap:
    mov  edi, -1
    lea  rsi, [rsp+8]
    mov  edx, 1
    xor  r10d, r10d
    mov  eax, 61                # wait4(-1, &status, WNOHANG): ours and those that we adopted
    syscall
    test eax, eax
    jle  wait
    cmp  eax, r15d              # the program itself?
    jne  reap
    mov  eax, [rsp+8]
    mov  edi, eax
    and  edi, 0x7f              # killed by a signal: 128 and its number
    jz   exited
    add  edi, 128
    jmp  exit
exited:
    movzx edi, ah
exit:
    mov  eax, 231               # exit_group
    syscall
    ud2                         # a filter of seccomp(2) refused that
child:
    xor  edi, edi
    xor  esi, esi
    mov  eax, 109               # setpgid(0, 0): Ctrl-C reaches the program once, not through us too
    syscall
    mov  eax, 39
    syscall
    mov  [rsp+8], eax
    xor  edi, edi
    mov  esi, 0x5410            # ioctl(0, TIOCSPGRP, &pid): the terminal, if there is one, is the program's
    lea  rdx, [rsp+8]
    mov  eax, 16
    syscall
    mov  qword ptr [rsp], 0     # no signal is blocked in the program
    call setmask
    mov  ebp, 127
try:
    mov  rdi, [r12]
    cmp  byte ptr [rdi], 0
    je   failed
    mov  rsi, r13
    mov  rdx, r14
    mov  eax, 59                # execve: returns only where it failed
    syscall
    add  r12, 8
    cmp  eax, -2                # ENOENT: try the next; anything else: 126
    je   try
    mov  ebp, 126
    jmp  try
failed:
    mov  edi, ebp
    jmp  exit
setmask:
    mov  edi, 2
    lea  rsi, [rsp+8]
    xor  edx, edx
    mov  r10d, 8
    mov  eax, 14                # rt_sigprocmask(SIG_SETMASK, [rsp])
    syscall
    ret
`,
  code: `
    4889e34c 8d63104d 89e5498b 45004983 c5088038 0075f348 8b034c8d 74c31048 83ec2048 c70424ff ffffffe8 ee000000
    b8380000 00bf1100 000031f6 31d24531 d24531c0 0f0585c0 746f4189 c74889e7 31f631d2 41ba0800 0000b880 0000000f
    0583f811 741285c0 7ee389c6 4489ffb8 3e000000 0f05ebd5 bfffffff ff488d74 2408ba01 00000045 31d2b83d 0000000f
    0585c07e b84439f8 75de8b44 240889c7 83e77f74 0881c780 000000eb 030fb6fc b8e70000 000f050f 0b31ff31 f6b86d00
    00000f05 b8270000 000f0589 44240831 ffbe1054 0000488d 542408b8 10000000 0f0548c7 04240000 0000e82f 000000bd
    7f000000 498b3c24 803f0074 1d4c89ee 4c89f2b8 3b000000 0f054983 c40883f8 fe74e1bd 7e000000 ebda89ef eb92bf02
    00000048 8d742408 31d241ba 08000000 b80e0000 000f05c3`,
};

const ARM64: InitCode = {
  assembly: `
    ldr  x20, [sp]              // argc
    add  x21, sp, #16
    mov  x22, x21
separator:
    ldr  x9, [x22], #8          // argv: programs to try, an empty string, the program's own argv
    ldrb w9, [x9]
    cbnz w9, separator
    add  x23, sp, x20, lsl #3
    add  x23, x23, #16          // envp
    sub  sp, sp, #32
    mov  x9, #-1                // every signal waits until it is asked for
    str  x9, [sp]
    bl   setmask
    mov  x0, #17
    mov  x1, #0
    mov  x2, #0
    mov  x3, #0
    mov  x4, #0
    mov  x8, #220               // clone(SIGCHLD): an ordinary fork
    svc  #0
    cbz  w0, child
    mov  w24, w0
wait:
    mov  x0, sp
    mov  x1, #0
    mov  x2, #0
    mov  x3, #8
    mov  x8, #137               // rt_sigtimedwait: the next signal
    svc  #0
    cmp  w0, #17                // SIGCHLD
    b.eq reap
    cmp  w0, #0
    b.le wait
    mov  w1, w0
    mov  w0, w24
    mov  x8, #129               // kill: any other goes to the program
    svc  #0
    b    wait
reap:
    mov  x0, #-1
    add  x1, sp, #8
    mov  x2, #1
    mov  x3, #0
    mov  x8, #260               // wait4(-1, &status, WNOHANG): ours and those that we adopted
    svc  #0
    cmp  w0, #0
    b.le wait
    cmp  w0, w24                // the program itself?
    b.ne reap
    ldr  w9, [sp, #8]
    ands w0, w9, #0x7f          // killed by a signal: 128 and its number
    b.eq exited
    add  w0, w0, #128
    b    exit
exited:
    ubfx w0, w9, #8, #8
exit:
    mov  x8, #94                // exit_group
    svc  #0
    udf  #0                     // a filter of seccomp(2) refused that
child:
    mov  x0, #0
    mov  x1, #0
    mov  x8, #154               // setpgid(0, 0): Ctrl-C reaches the program once, not through us too
    svc  #0
    mov  x8, #172
    svc  #0
    str  w0, [sp, #8]
    mov  x0, #0
    mov  x1, #0x5410            // ioctl(0, TIOCSPGRP, &pid): the terminal, if there is one, is the program's
    add  x2, sp, #8
    mov  x8, #29
    svc  #0
    str  xzr, [sp]              // no signal is blocked in the program
    bl   setmask
    mov  w25, #127
try:
    ldr  x0, [x21], #8
    ldrb w9, [x0]
    cbz  w9, failed
    mov  x1, x22
    mov  x2, x23
    mov  x8, #221               // execve: returns only where it failed
    svc  #0
    cmn  w0, #2                 // ENOENT: try the next; anything else: 126
    b.eq try
    mov  w25, #126
    b    try
failed:
    mov  w0, w25
    b    exit
setmask:
    mov  x0, #2
    mov  x1, sp
    mov  x2, #0
    mov  x3, #8
    mov  x8, #135               // rt_sigprocmask(SIG_SETMASK, [sp])
    svc  #0
    ret
`,
  code: `
    f40340f9 f5430091 f60315aa c98640f8 29014039 c9ffff35 f76f348b f7420091 ff8300d1 09008092 e90300f9 48000094
    200280d2 010080d2 020080d2 030080d2 040080d2 881b80d2 010000d4 80040034 f803002a e0030091 010080d2 020080d2
    030180d2 281180d2 010000d4 1f440071 00010054 1f000071 edfeff54 e103002a e003182a 281080d2 010000d4 f2ffff17
    00008092 e1230091 220080d2 030080d2 882080d2 010000d4 1f000071 4dfdff54 1f00186b e1feff54 e90b40b9 20190072
    60000054 00000211 02000014 203d0853 c80b80d2 010000d4 00000000 000080d2 010080d2 481380d2 010000d4 881580d2
    010000d4 e00b00b9 000080d2 01828ad2 e2230091 a80380d2 010000d4 ff0300f9 0f000094 f90f8052 a08640f8 09004039
    29010034 e10316aa e20317aa a81b80d2 010000d4 1f080031 00ffff54 d90f8052 f6ffff17 e003192a e2ffff17 400080d2
    e1030091 020080d2 030180d2 e81080d2 010000d4 c0035fd6`,
};

/** The init of every architecture that tslab runs on, by Node's name for it. */
export const INIT_CODE: Partial<Record<NodeJS.Architecture, InitCode>> = { x64: X64, arm64: ARM64 };
