import { spawn } from 'node:child_process';
import { isInFirstUserNamespace } from '../../kernel/credentials/privilege.js';

/** Opens an address with the browser of whoever is at the desktop. Where that fails, `warn` is told what to do instead. */
export function openBrowser(url: string, warn: (message: string) => void): void {
  const fail = () => warn('no browser could be started (xdg-open): open the address yourself.');
  try {
    const browser = spawn('xdg-open', [url], { stdio: 'ignore', detached: true, ...desktopUser(process.env) });
    browser.on('error', fail);
    browser.on('exit', (status) => status !== 0 && fail());
    browser.unref();
  } catch {
    fail(); // node throws some errors at once: EPERM for a root that may not become somebody else
  }
}

/** Behind sudo the user who typed it: browsers refuse to run as root, and should not. In a user namespace that uid is somebody else's. */
export function desktopUser({ SUDO_UID, SUDO_GID }: NodeJS.ProcessEnv): { uid?: number; gid?: number } {
  if (process.geteuid?.() !== 0 || !isInFirstUserNamespace() || !SUDO_UID || !SUDO_GID) return {};
  return { uid: Number(SUDO_UID), gid: Number(SUDO_GID) };
}
