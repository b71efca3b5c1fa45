import { Arena } from './arena.js';
import { libc } from './libc.js';
import { syscallNumber } from './numbers.js';
import type { Syscall } from './syscall.js';

/** Makes one call in this process past the trace: for tslab's own pipes, masks and polling, which teach nothing. A negative errno, or the result. */
export function raw(one: Syscall): number {
  const arena = new Arena([one]);
  const result = libc().syscall(syscallNumber(one.name), arena.registers(0));
  arena.copyOut();
  return Number(result);
}
