import { readProc } from './proc.js';
import { readProcess } from './processes.js';

/** The program and its arguments, as ps(1) shows them; of a thread of the kernel and of a zombie the name. Null where it is gone. */
export function readCommandLine(pid: number): string | null {
  const words = readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim();
  return words ? words : (readProcess(pid)?.comm ?? null);
}
