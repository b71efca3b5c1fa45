import { existsSync } from 'node:fs';

/** What the person typed, to be typed again in front of something. */
export function again(): string {
  // `tslab serve` runs labs with words that nobody has typed, and says what was.
  return process.env.TSLAB_TYPED ?? ['tslab', ...process.argv.slice(2)].join(' ');
}

/** Whether systemd runs here: sd_booted(3). */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** A command in a cgroup of its own that systemd makes and delegates to its user. */
export function inScope(command: string): string {
  return `systemd-run --user --scope -p Delegate=yes ${command}`;
}
