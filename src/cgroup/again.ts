import { existsSync } from 'node:fs';

/** The command that was typed, for messages that say to type it again. */
export function again(): string {
  // `tslab serve` runs labs with other words, and passes what was typed.
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
