/** bpf(2): programs that the kernel runs at certain points. Constants and struct layouts: include/uapi/linux/bpf.h. */
import { integer, oneOf, struct, syscall } from '../arguments.js';
import type { Syscall } from '../syscall.js';

const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const COMMANDS = { BPF_PROG_LOAD, BPF_PROG_ATTACH };

/** Asked when a process opens or makes a device node. Linux 4.15. */
const BPF_PROG_TYPE_CGROUP_DEVICE = 15n;
const BPF_CGROUP_DEVICE = 6n;
/** Beside programs that are attached already, here and above: all of them have to agree. */
const BPF_F_ALLOW_MULTI = 2;

/** sizeof(struct bpf_insn) */
const INSTRUCTION = 8;
const NAME_LENGTH = 16;
const LICENSE = Buffer.from('Apache-2.0\0');

/**
 * bpf(BPF_PROG_LOAD): the kernel proves that a device program ends and reads nothing that it may not, and translates it. Returns a descriptor.
 * `name` is what bpftool(8) shows. Needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, in the first user namespace.
 */
export function loadDeviceProgram(program: Uint8Array, name: string): Syscall {
  const count = program.length / INSTRUCTION;
  const [first, second] = new BigUint64Array(new Uint8Array(Buffer.alloc(NAME_LENGTH, `${name}\0`)).buffer);
  const none = [0n, 0n, 0n] as const; // no log, no version
  const words = [
    both(BPF_PROG_TYPE_CGROUP_DEVICE, count),
    program,
    LICENSE,
    ...none,
    first as bigint,
    second as bigint,
  ];
  const text = `{prog_type=BPF_PROG_TYPE_CGROUP_DEVICE, insn_cnt=${count}, prog_name="${name}", …}`;
  return syscall('bpf', oneOf(COMMANDS, BPF_PROG_LOAD), struct(words, text), integer(words.length * 8));
}

/** bpf(BPF_PROG_ATTACH): from now on the program is asked for all processes of a cgroup of v2, given by a descriptor of its directory. It goes with the cgroup. */
export function attachDeviceProgram(cgroup: number, program: number): Syscall {
  const words = [both(BigInt(cgroup), program), both(BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI)];
  const text = `{target_fd=${cgroup}, attach_bpf_fd=${program}, attach_type=BPF_CGROUP_DEVICE, attach_flags=BPF_F_ALLOW_MULTI}`;
  return syscall('bpf', oneOf(COMMANDS, BPF_PROG_ATTACH), struct(words, text), integer(words.length * 8));
}

/** Two fields of 32 bits in a word. */
function both(low: bigint, high: number): bigint {
  return low | (BigInt(high) << 32n);
}
