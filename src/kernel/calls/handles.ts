/** Files by what their filesystem calls them, a number in most, and not by a path: open_by_handle_at(2). */
import { buffer, bytes, descriptor, flags, named, string, syscall } from '../arguments.js';
import { AT_FDCWD, AT_FLAGS, OPEN_FLAGS } from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

/** MAX_HANDLE_SZ in include/linux/exportfs.h: 128 bytes at most, behind the length and the type. */
const MOST = 128;
const HEADER = 8;

/** A struct file_handle for the kernel to fill. */
export function newHandle(): Buffer {
  const handle = Buffer.alloc(HEADER + MOST);
  handle.writeUInt32LE(MOST);
  return handle;
}

/** name_to_handle_at(2): the handle of a file, by its path. */
export function nameToHandle(path: string, handle: Buffer): Syscall {
  const [cwd, mountId] = [named('AT_FDCWD', AT_FDCWD), buffer(new Uint8Array(4))];
  return syscall('name_to_handle_at', cwd, string(path), buffer(handle), mountId, flags(AT_FLAGS, 0));
}

/** open_by_handle_at(2): the file with this handle in the filesystem that a descriptor is of. Needs CAP_DAC_READ_SEARCH. */
export function openByHandle(fd: Descriptor, handle: Buffer, openFlags: number): Syscall {
  const type = handle.readInt32LE(4);
  const text = `{handle_bytes=${handle.readUInt32LE(0)}, handle_type=${type}, …}`;
  return syscall('open_by_handle_at', descriptor(fd), bytes(handle, text), flags(OPEN_FLAGS, openFlags, 'O_RDONLY'));
}
