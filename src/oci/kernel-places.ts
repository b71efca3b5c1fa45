/** Filesystems that are the kernel's own, and where a container has them. */
export const KERNEL_PLACES: readonly string[] = ['/proc', '/sys'];

/** Mounts on such a place, and the others; each in their order. */
export function byKernelPlace<M extends { readonly target: string }>(mounts: readonly M[]): [kernel: M[], others: M[]] {
  const isKernels = ({ target }: M) => KERNEL_PLACES.includes(target);
  return [mounts.filter(isKernels), mounts.filter((mount) => !isKernels(mount))];
}
