/** e_ident of the only machines that tslab runs on: ELF, 64 bits, least significant byte first. See elf(5). */
const MAGIC = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
const PT_INTERP = 3;

/**
 * The program that loads this one's shared libraries, as its ELF file names it (`/lib64/ld-linux-x86-64.so.2`).
 *
 * Null: it needs none, the program is static. Undefined: this is no 64-bit little-endian ELF file (a script, say).
 */
export function elfInterpreter(file: Buffer): string | null | undefined {
  if (file.length < 64 || MAGIC.some((byte, offset) => file[offset] !== byte)) return undefined;
  for (const header of programHeaders(file)) {
    if (header.length < 56 || header.readUInt32LE(0) !== PT_INTERP) continue;
    const [offset, size] = [Number(header.readBigUInt64LE(8)), Number(header.readBigUInt64LE(32))];
    return file.toString('latin1', offset, offset + size).replace(/\0.*$/s, '');
  }
  return null;
}

/** Elf64_Phdr entries: e_phoff, e_phentsize and e_phnum of the file header say where. */
function programHeaders(file: Buffer): Buffer[] {
  const start = Number(file.readBigUInt64LE(32));
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => file.subarray(start + index * size, start + (index + 1) * size));
}
