import { statSync } from 'node:fs';

/** Two paths lead to the same file where device and inode are the same. */
export function fileId(path: string): string {
  const { dev, ino } = statSync(path);
  return `device ${dev}, inode ${ino}`;
}
