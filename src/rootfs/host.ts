import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { programDirectories } from '../kernel/files/program-path.js';
import { type Entry, type Source, withoutRepeats } from './entry.js';
import { librariesOf } from './libraries.js';
import { ESSENTIAL, findPrograms, missing } from './programs.js';
import { skeleton } from './skeleton.js';
import { SUBSTITUTES } from './substitutes.js';
import { walk } from './walk.js';

/** The programs of this host, each with its shared libraries, at the paths that they have on the host. */
export function hostSource(directories = programDirectories()): Source {
  const programs = findPrograms(directories);
  return {
    origin: 'programs of this host',
    files: [...programs.values()],
    plan: () => planFromHost(programs, directories),
  };
}

function planFromHost(programs: ReadonlyMap<string, string>, directories: readonly string[]): Entry[] {
  const complete = new Map([...programs].map(([name, path]) => [name, withLibraries(path)] as const));
  for (const name of ESSENTIAL) if (complete.get(name)?.length === 0) throw missing(name, directories);
  const usable = [...complete].filter(([, files]) => files.length > 0);
  const files = usable.flatMap(([, files]) => files);
  return withoutRepeats([
    ...skeleton(),
    ...[...USUAL_PLACES, '/bin/sh', LOADER_CACHE].filter(existsSync).flatMap(asOnHost),
    { kind: 'directory', path: '/usr/bin', mode: 0o755 },
    ...files.flatMap(asOnHost),
    ...usable.flatMap(([name]) => reachable(name, programs.get(name) ?? '')),
    ...Object.entries(SUBSTITUTES)
      .filter(([name]) => !complete.get(name)?.length)
      .map(asScript),
  ]);
}

/** Directories of programs that PATH names in a container. On most hosts /bin is a link to /usr/bin: it becomes one here too. */
const USUAL_PLACES = ['/bin', '/sbin', '/usr/bin', '/usr/sbin'];

/** Where the loader looks for libraries outside of its standard directories: ld.so(8). */
export const LOADER_CACHE = '/etc/ld.so.cache';

/** Empty where the program cannot run as a copy. */
function withLibraries(program: string): string[] {
  const libraries = librariesOf(program);
  return libraries ? [program, ...libraries] : [];
}

/** All links and directories on the path of a file of the host, so that the same path leads to it inside. */
export function asOnHost(path: string): Entry[] {
  return walk('/', path).map((step): Entry => {
    if (step.target !== undefined) return { kind: 'symlink', path: step.path, target: step.target };
    if (step.stats.isDirectory()) return { kind: 'directory', path: step.path, mode: 0o755 };
    return { kind: 'copy', path: step.path, from: step.path };
  });
}

/** A program from elsewhere (NixOS: /run/current-system/sw/bin, which a tmpfs on /run would hide) gets a link in /usr/bin. */
function reachable(name: string, path: string): Entry[] {
  if (USUAL_PLACES.includes(dirname(path))) return [];
  return [{ kind: 'symlink', path: `/usr/bin/${name}`, target: realpathSync(path) }];
}

function asScript([name, text]: [string, string]): Entry {
  return { kind: 'text', path: `/usr/bin/${name}`, text, mode: 0o755 };
}
