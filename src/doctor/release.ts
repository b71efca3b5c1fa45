/** Whether a kernel release (`5.4.0-42-generic`) is at least major.minor. */
export function isAtLeast(release: string, major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = release.split(/[.-]/).map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}

/** Docker Desktop's own kernel on macOS, by its release (`6.10.14-linuxkit`): it has the modules that it was built with, and no others. */
export function isDockerDesktop(release: string): boolean {
  return release.endsWith('-linuxkit');
}

/**
 * Which Windows Subsystem for Linux this is, by the kernel's release; null: none.
 *
 * WSL1 has no Linux kernel: it claims to be 4.4.0 (`4.4.0-19041-Microsoft`). WSL2's began with 4.19.
 */
export function wslVersion(release: string): 1 | 2 | null {
  if (!/microsoft/i.test(release)) return null;
  return isAtLeast(release, 4, 19) ? 2 : 1;
}
