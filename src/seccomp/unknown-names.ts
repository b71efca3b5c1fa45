import { nearest } from '../state/nearest.js';
import { allNames } from './numbers.js';
import type { Profile } from './profile.js';

/** Calls of machines that tslab does not run on: a profile for many machines has them, and here they mean nothing. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  `riscv_flush_icache riscv_hwprobe s390_guarded_storage s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr s390_sthyi
  rtas spu_create spu_run subpage_prot swapcontext switch_endian sys_debug_setcontext cachectl sysmips`.split(/\s+/),
);

/** What no kernel has, such as a name that is misspelt. */
export interface UnknownName {
  readonly name: string;
  /** From 1 on. */
  readonly rule: number;
  /** The name that was meant, perhaps. */
  readonly nearest: string | undefined;
}

/** The names of a profile that are those of no call. Its rules have no effect on them, which a person may want to know. */
export function unknownNames({ syscalls = [] }: Profile): UnknownName[] {
  const known = allNames();
  const isKnown = (name: string) => known.includes(name) || ELSEWHERE.has(name);
  const all = syscalls.flatMap(({ name, names = [name ?? ''] }, i) => names.map((one) => ({ name: one, rule: i + 1 })));
  return all.filter(({ name }) => !isKnown(name)).map((one) => ({ ...one, nearest: nearest(one.name, known) }));
}
