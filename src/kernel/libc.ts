import { type Koffi, type Library, loadKoffi } from './koffi.js';
import { stubCode } from './machine-code/stub.js';

/** The few functions of libc that everything else goes through. */
export interface Libc {
  /** syscall(2) with six registers, words of some memory from `at` on. Returns the result, or a negative errno as the kernel does. */
  syscall(number: number, words: BigInt64Array, at: number): bigint;
  /** clone(2): runs the stub on `table` in a child. Returns the child's pid, or a negative errno. */
  clone(stackTop: bigint, flags: number, table: bigint): number;
  /** poll(2) for input on one descriptor. Returns false where `milliseconds` passed first. */
  waitForInput(fd: number, milliseconds: number): boolean;
  /** poll(2) for input on several descriptors, on another thread. Resolves to those that are ready; none where `milliseconds` passed first. */
  waitForAny(fds: readonly number[], milliseconds: number): Promise<number[]>;
  /** Address of a buffer's memory, which lies outside V8's heap and does not move. */
  address(buffer: Uint8Array): bigint;
}

/** poll(2): there is something to read. */
const POLLIN = 1;

let loaded: Libc | undefined;

/** Loads koffi at the first use, so that commands which make no system call do not pay for it. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  const koffi = loadKoffi();
  const library = koffi.load(null);
  const long = 'int64_t';
  const syscall = library.func('syscall', long, Array(7).fill(long));
  const clone = library.func('clone', 'int', ['uintptr_t', 'uintptr_t', 'int', 'uintptr_t']);
  const poll = library.func('poll', 'int', ['void *', 'unsigned long', 'int']);
  const stub = executable(library, koffi);
  return {
    syscall(number, words, at) {
      const [a, b, c, d, e, f] = words.subarray(at, at + 6);
      const result = syscall(number, a, b, c, d, e, f);
      return BigInt(result) === -1n ? BigInt(-koffi.errno()) : BigInt(result);
    },
    clone(stackTop, flags, table) {
      const pid = clone(stub, stackTop, flags, table);
      return pid === -1 ? -koffi.errno() : pid;
    },
    waitForInput(fd, milliseconds) {
      const pollfd = new Uint8Array(new Int32Array([fd, POLLIN]).buffer);
      const deadline = Date.now() + milliseconds;
      let ready = -1;
      // A signal, such as SIGCHLD of another child, ends poll() early with EINTR.
      while (ready < 0) ready = poll(pollfd, 1, Math.max(0, deadline - Date.now()));
      return ready > 0;
    },
    waitForAny(fds, milliseconds) {
      const pollfds = new Int32Array(fds.flatMap((fd) => [fd, POLLIN]));
      // struct pollfd is 8 bytes: the descriptor, and 16 bits each for the events asked for and returned.
      const ready = () => fds.filter((_, i) => (pollfds[2 * i + 1] as number) >>> 16 !== 0);
      return new Promise((resolve) => poll.async(pollfds, fds.length, milliseconds, () => resolve(ready())));
    },
    address: (buffer) => koffi.address(buffer),
  };
}

/**
 * A page that holds the stub. It is written while it is read-write and then made read-execute: no page is writable and
 * executable at once, and on arm64 mprotect(2) makes the instruction cache coherent.
 */
function executable(library: Library, koffi: Koffi): bigint {
  const PROT_READ = 1;
  const PROT_WRITE = 2;
  const PROT_EXEC = 4;
  const MAP_PRIVATE_ANONYMOUS = 0x22;
  const mmap = library.func('mmap', 'intptr_t', ['uintptr_t', 'size_t', 'int', 'int', 'int', 'int64_t']);
  const mprotect = library.func('mprotect', 'int', ['uintptr_t', 'size_t', 'int']);
  const code = stubCode();
  const page = BigInt(mmap(0, code.length, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0));
  if (page === -1n) throw new Error(`mmap() of the stub's page failed: errno ${koffi.errno()}`);
  new Uint8Array(koffi.view(page, code.length)).set(code);
  if (mprotect(page, code.length, PROT_READ | PROT_EXEC) !== 0) {
    throw new Error(`mprotect(PROT_READ|PROT_EXEC) of the stub's page failed: errno ${koffi.errno()}`);
  }
  return page;
}
