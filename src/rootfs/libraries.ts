import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { elfInterpreter } from './elf.js';

/**
 * The shared libraries that a program needs, its loader among them, by their paths on this host; or that a library needs which it
 * loads with dlopen(3). Undefined where it cannot run as a copy: it is a script, or a library is missing.
 */
export function librariesOf(program: string, loaded = program): string[] | undefined {
  const loader = elfInterpreter(readFileSync(program));
  if (loader === null) return [];
  if (loader === undefined) return undefined;
  const libraries = parseList(askLoader(loader, loaded));
  return libraries && [loader, ...libraries, ...nameServices(libraries)];
}

/** As ldd(1) does for a trusted file. The environment is empty, so that no LD_LIBRARY_PATH of ours changes the result. */
function askLoader(loader: string, program: string): string {
  try {
    return execFileSync(loader, ['--list', program], {
      env: {},
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return 'not found';
  }
}

/**
 * The paths in what `ld.so --list` printed (glibc and musl): `libc.so.6 => /lib/libc.so.6 (0x7f...)` or `/lib/ld.so (0x7f...)`.
 * A line without a path is the vDSO, which the kernel maps. Undefined where a library was not found.
 */
export function parseList(text: string): string[] | undefined {
  if (/\bnot found\b/.test(text)) return undefined;
  const paths = text.matchAll(/^\s*(?:.* => )?(\/.*) \(0x[0-9a-f]+\)$/gm);
  return [...new Set([...paths].map((match) => match[1] ?? ''))];
}

/** Before version 2.34 glibc loaded the code that reads /etc/passwd with dlopen(3), so that no list names it. */
function nameServices(libraries: readonly string[]): string[] {
  const glibc = libraries.find((path) => path.endsWith('/libc.so.6'));
  return glibc ? [join(dirname(glibc), 'libnss_files.so.2')].filter(existsSync) : [];
}
