import { closeSync, fstatSync, readdirSync } from 'node:fs';

/**
 * Closes directories that whoever started us has left open above 2. A list of calls runs before execve closes what is marked, and
 * a working directory or mount point called /proc/self/fd/9 would lead through them out of the container (CVE-2024-21626, lab 05).
 */
export function closeInheritedDirectories(): void {
  for (const name of readdirSync('/proc/self/fd'))
    if (Number(name) > 2 && isDirectory(Number(name))) closeSync(Number(name));
}

/** False for the descriptor that the list itself was read through. */
function isDirectory(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    return false;
  }
}
