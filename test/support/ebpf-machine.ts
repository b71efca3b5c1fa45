/** The kernel's machine for extended BPF, as far as device programs need it: from their bytes, not from what wrote them. */

/** struct bpf_cgroup_dev_ctx: `access` is MKNOD 1, READ 2, WRITE 4; `type` is block 1, character 2. */
export interface Question {
  readonly access: number;
  readonly type: number;
  readonly major: number;
  readonly minor: number;
}

/** What the program says: 1 or 0. Throws where the kernel's verifier would refuse it: an unknown instruction, a jump back, a register never set. */
export function answerOf(program: Uint8Array, { access, type, major, minor }: Question): bigint {
  const view = Buffer.from(program.buffer, program.byteOffset, program.length);
  const context = Buffer.from(new Uint32Array([(access << 16) | type, major, minor]).buffer);
  const registers = new Map<number, bigint>();
  const read = (n: number) => registers.get(n) ?? fail(`r${n} is read before it is set`);
  for (let at = 0; ; at++) {
    if (at * 8 >= view.length) return fail('the program runs out of its end');
    const code = view.readUInt8(at * 8);
    const [to, from] = [view.readUInt8(at * 8 + 1) & 15, view.readUInt8(at * 8 + 1) >> 4];
    const [offset, value] = [view.readInt16LE(at * 8 + 2), BigInt(view.readInt32LE(at * 8 + 4))];
    if (offset < 0) fail('a jump back');
    const set = (n: bigint) => registers.set(to, BigInt.asUintN(64, n));
    if (code === 0x95) return read(0);
    else if (code === 0x61 && from === 1) set(BigInt(context.readUInt32LE(offset)));
    else if (code === 0xbf) set(read(from));
    else if (code === 0xb7) set(value);
    else if (code === 0x57) set(read(to) & BigInt.asUintN(64, value));
    else if (code === 0x77) set(read(to) >> value);
    else if (code === 0x15) at += read(to) === BigInt.asUintN(64, value) ? offset : 0;
    else if (code === 0x55) at += read(to) === BigInt.asUintN(64, value) ? 0 : offset;
    else fail(`unknown instruction 0x${code.toString(16)}`);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
