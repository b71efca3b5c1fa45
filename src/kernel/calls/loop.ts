/** ioctl(2) on loop devices: a file as a block device (loop(4)). Constants: include/uapi/linux/loop.h. */
import { bytes, descriptor, named, syscall } from '../arguments.js';
import type { Descriptor, Syscall } from '../syscall.js';

const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
/** The device lets go of its file when nobody has it open any more, however that came. */
const LO_FLAGS_AUTOCLEAR = 4;
/** sizeof(struct loop_config), and where its struct loop_info64 has `lo_flags`. */
const [CONFIG_SIZE, FLAGS_AT] = [304, 8 + 52];

/** Of a descriptor of /dev/loop-control: the number of a device that nobody uses, made where there is none. */
export function loopGetFree(control: Descriptor): Syscall {
  return syscall('ioctl', descriptor(control), named('LOOP_CTL_GET_FREE', LOOP_CTL_GET_FREE));
}

/** Linux 5.8: puts a file behind a loop device, until nobody has the device open. EBUSY where somebody was faster. */
export function loopConfigure(device: Descriptor, file: number): Syscall {
  const config = Buffer.alloc(CONFIG_SIZE);
  config.writeUInt32LE(file, 0);
  config.writeUInt32LE(LO_FLAGS_AUTOCLEAR, FLAGS_AT);
  const operation = named('LOOP_CONFIGURE', LOOP_CONFIGURE);
  return syscall('ioctl', descriptor(device), operation, bytes(config, `{fd=${file}, LO_FLAGS_AUTOCLEAR}`));
}
