import type { Platform } from './manifest.js';

/** What programs of this machine are made for, in the words of Go (GOOS, GOARCH). */
export function ownPlatform(): Platform {
  return { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
}

/** Whether programs for a platform run here; a variant is not looked at. */
export function isOwn(platform: Platform | undefined): boolean {
  const own = ownPlatform();
  return platform?.os === own.os && platform.architecture === own.architecture;
}
