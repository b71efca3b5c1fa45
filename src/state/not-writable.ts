import { readFileSync, type StatsFs, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';

/** What an errno means for a write to a disk, and what to do. */
interface Trouble {
  readonly meaning: string;
  readonly remedy: string;
}

const ELSEWHERE = 'Name a directory that can be written: TSLAB_STATE=DIR tslab ...';
const ROOM = 'Make room there; df -h shows how full each file system is.';
const DAMAGED_DISK = 'The messages of the kernel (dmesg) tell why; fsck repairs what can be repaired.';

/** Errors for which another directory is no remedy: what is in this one cannot be reached from there. */
const READ_ONLY: Trouble = {
  meaning: 'the file system is read-only',
  remedy:
    'Containers that run go on, and can be listed, entered and ended; nothing new can be made. Linux turns a file system ' +
    'read-only after an error of its disk (dmesg tells); once that is mended: mount -o remount,rw …',
};

const TROUBLE: Readonly<Record<string, Trouble>> = {
  EACCES: { meaning: 'this user may not write there', remedy: ELSEWHERE },
  EPERM: { meaning: 'this user may not write there', remedy: ELSEWHERE },
  EROFS: READ_ONLY,
  ENOSPC: { meaning: 'the disk is full', remedy: ROOM },
  EDQUOT: { meaning: 'the disk quota is used up', remedy: 'Make room there; quota -s shows how much you may have.' },
  ENOTDIR: { meaning: 'part of the path is a file', remedy: ELSEWHERE },
  ENOENT: { meaning: 'no directory can be made there', remedy: ELSEWHERE },
  EEXIST: { meaning: 'it is a file, not a directory', remedy: ELSEWHERE },
  ELOOP: { meaning: 'a symbolic link there leads to itself', remedy: 'Remove that link.' },
  EIO: { meaning: 'i/o error: the disk cannot be read or written', remedy: DAMAGED_DISK },
  EUCLEAN: { meaning: 'the file system is damaged', remedy: DAMAGED_DISK },
  EMFILE: { meaning: 'too few file descriptors', remedy: 'ulimit -n 1024' },
  ENFILE: { meaning: 'this machine has too many files open', remedy: 'sysctl fs.file-max' },
};

/** Errors whose cause is the machine, and not tslab, wherever they occur. */
const MACHINE: ReadonlySet<string> = new Set(['EROFS', 'ENOSPC', 'EDQUOT', 'EIO', 'EUCLEAN', 'EMFILE', 'ENFILE']);

/** Turns an error of the kernel about a path below the state directory into a {@link UserError} with a remedy. */
export function notWritable(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = errorCode(error) ?? 'unknown error';
  const { meaning, remedy } = troubleOf(code, path) ?? { meaning: wordsOf(error), remedy: ELSEWHERE };
  return new UserError(`The state of tslab cannot be kept in ${path}: ${code}: ${meaning}.`, 3, remedy);
}

/** The same for any file, where the machine causes an error of node's: a full disk, too few descriptors. Otherwise returns undefined. */
export function machineTrouble(error: unknown): UserError | undefined {
  const code = errorCode(error) ?? '';
  if (!MACHINE.has(code)) return undefined;
  const { path = '' } = error as NodeJS.ErrnoException;
  const trouble = troubleOf(code, path);
  return trouble && new UserError(`${path ? `${path}: ` : ''}${code}: ${trouble.meaning}.`, 3, trouble.remedy);
}

function troubleOf(code: string, path: string): Trouble | undefined {
  if (code === 'ENOSPC' && hasNoInode(path)) {
    return {
      meaning: 'no inode is free: the file system takes no more files',
      remedy: 'Remove files there; df -i shows it.',
    };
  }
  if (code === 'EMFILE')
    return { meaning: `too few file descriptors: ulimit -n is ${softLimit()}`, remedy: 'ulimit -n 1024' };
  return TROUBLE[code];
}

function hasNoInode(path: string): boolean {
  try {
    return lacksInodes(statfsSync(dirname(path)));
  } catch {
    return false;
  }
}

/** Where there are some again, and there is much space, what failed has been removed since. */
const FEW_INODES = 64;
const MUCH_SPACE = 1 << 20;

/**
 * Whether it is inodes that were lacking: ENOSPC means these, or blocks, and people who see free space do not believe it. A file system without a limit
 * of inodes (btrfs) says that it has 0 in all.
 */
export function lacksInodes({ files, ffree, bavail, bsize }: StatsFs): boolean {
  return files > 0 && bavail > 0 && (ffree === 0 || (ffree < FEW_INODES && bavail * bsize > MUCH_SPACE));
}

function softLimit(): string {
  try {
    return /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 'low';
  } catch {
    return 'low';
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
