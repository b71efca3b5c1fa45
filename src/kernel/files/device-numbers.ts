/** A device's major and minor number in one of 32 bits: 12 of the one, 20 of the other (new_encode_dev(), include/linux/kdev_t.h). */

/** makedev(3) */
export function makedev([major, minor]: readonly [number, number]): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** gnu_dev_major(3), gnu_dev_minor(3) of what stat(2) has as `rdev`. */
export function deviceNumbers({ rdev }: { readonly rdev: number }): { major: number; minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
