const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const ADDRESS = 0x400000;
/** Where the code of such a program lies in its memory. */
export const CODE_ADDRESS = ADDRESS + HEADER_SIZE + PROGRAM_HEADER_SIZE;
/** e_machine: EM_X86_64 and EM_AARCH64, elf(5). */
const MACHINES: Partial<Record<NodeJS.Architecture, number>> = { x64: 62, arm64: 183 };

/** The smallest ELF program that the kernel executes: a header, one segment to read and execute, the code (elf(5)). */
export function elfProgram(code: Uint8Array, arch: NodeJS.Architecture): Buffer {
  const start = HEADER_SIZE + PROGRAM_HEADER_SIZE;
  const file = Buffer.alloc(start + code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // ELF, 64 bits, little-endian, version 1
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(MACHINES[arch] ?? 0, 18);
  file.writeUInt32LE(1, 20); // EV_CURRENT
  file.writeBigUInt64LE(BigInt(CODE_ADDRESS), 24); // e_entry
  file.writeBigUInt64LE(BigInt(HEADER_SIZE), 32); // e_phoff
  file.writeUInt16LE(HEADER_SIZE, 52); // e_ehsize
  file.writeUInt16LE(PROGRAM_HEADER_SIZE, 54); // e_phentsize
  file.writeUInt16LE(1, 56); // e_phnum
  writeSegment(file);
  file.set(code, start);
  return file;
}

/** PT_LOAD of the whole file, PF_R|PF_X. */
function writeSegment(file: Buffer): void {
  file.writeUInt32LE(1, HEADER_SIZE);
  file.writeUInt32LE(5, HEADER_SIZE + 4);
  file.writeBigUInt64LE(BigInt(ADDRESS), HEADER_SIZE + 16); // p_vaddr
  file.writeBigUInt64LE(BigInt(ADDRESS), HEADER_SIZE + 24); // p_paddr
  file.writeBigUInt64LE(BigInt(file.length), HEADER_SIZE + 32); // p_filesz
  file.writeBigUInt64LE(BigInt(file.length), HEADER_SIZE + 40); // p_memsz
  file.writeBigUInt64LE(0x1000n, HEADER_SIZE + 48); // p_align
}
