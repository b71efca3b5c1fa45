import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** From the bottom to the top. A module imports from its own folder and from layers below. */
const LAYERS = [
  ['src/kernel'],
  ['src/oci'],
  ['src/procfs', 'src/netlink'],
  ['src/state'],
  ['src/cgroup', 'src/rootfs', 'src/seccomp', 'src/tar'],
  ['src/overlay', 'src/volume', 'src/doctor', 'src/why'],
  ['src/image'],
  ['src/lesson'],
  ['src/lab'],
  ['labs/calls'],
  ['src/network'],
  ['src/container'],
  ['src/exercise'],
  ['src/view', 'labs', 'exercises'],
  ['src/terminal'],
  ['src/docker'],
  ['src/web'],
  ['src/cli'],
];

/** The only folders that may know these packages. */
const PACKAGES: Record<string, readonly string[]> = {
  '@koromix/koffi': ['src/kernel'],
  '@balena/dockerignore': ['src/image'],
  chalk: ['src/view', 'src/cli'],
  commander: ['src/cli'],
  enquirer: ['src/cli'],
  hono: ['src/web'],
  '@hono/node-server': ['src/web'],
};

/** Who knows the record of a container, and what for. All others, labs above all, know the spec that is made of it. */
const KNOW_THE_RECORD: Record<string, string> = {
  'src/docker/': 'makes it of flags, and tells of it in the words of Docker',
  'src/cli/docker/': 'hands it from what makes it to what starts it',
  'src/container/store/': 'keeps it',
  'src/container/build/': 'makes it of a step of a Dockerfile',
  'src/container/state.ts': 'how often a container is started again',
  'src/container/spec.ts': 'makes the spec of it',
  'src/container/users/': 'which ids of the host are its own',
  'src/container/limits-spec.ts': 'makes the limits of the spec of it',
  'src/container/mount-spec.ts': 'makes the mounts of the spec of it',
  'src/container/start/plan.ts': 'makes the spec of it, when the container starts',
  'src/container/files/': 'texts of /etc, which name the container; its mounts without a start',
  'src/container/health/': 'when and how a container is checked',
  'src/container/network/': 'which links it is to have, and what it is called there',
  'src/container/life/update.ts': 'changes it',
  'src/container/life/exec.ts': 'what exec adds is asked for in the same words',
  'src/container/terminal/session.ts': 'whether there is to be a terminal, for exec as well',
};

const MOST_LINES = 250;
const MOST_FILES = 20;

/** The page that all labs lead to: who wants to understand all of it reads at most so many files of ours beside it. */
const LIST = { file: 'labs/12-runtime/calls/container.ts', reach: 80, withTypes: 90 };

interface Import {
  readonly file: string;
  /** As it is written: `../kernel/calls.js`, `node:fs`, `koffi`. */
  readonly from: string;
  /** Gone when it is compiled. */
  readonly isType: boolean;
}

const FILES = ['src', 'labs', 'exercises'].flatMap((top) =>
  readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name)),
);
const IMPORTS = FILES.flatMap(importsOf);
/** The files of ours that each of them imports. */
const IMPORTED = new Map(FILES.map((file) => [file, importedBy(file)]));
/** The same, without what they import for types only. */
const EXECUTED = new Map(FILES.map((file) => [file, importedBy(file, ({ isType }) => !isType)]));

describe('the modules of tslab', () => {
  it('are found by this test', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(IMPORTS).toContainEqual({ file: 'src/kernel/process.ts', from: './calls/index.js', isType: false });
    expect(IMPORTS).toContainEqual({ file: 'src/kernel/process.ts', from: './syscall.js', isType: true });
    expect(IMPORTS).toContainEqual({ file: 'labs/catalogue.ts', from: './01-pid-namespace/lab.js', isType: false });
    expect(IMPORTS).toContainEqual({ file: 'src/view/sink.ts', from: 'chalk', isType: false });
  });

  it('are each in a folder that has a place in the layers', () => {
    expect(FILES.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it('import from their own folder or from a layer below, never from above or from beside', () => {
    const wrong = IMPORTS.filter(isRelative).filter(({ file, from }) => !mayImport(file, join(dirname(file), from)));
    expect(wrong.map(({ file, from }) => `${file} ${from}`)).toEqual([]);
  });

  it('do not import each other in a circle, not for a type either', () => {
    expect(circles().map((files) => files.join(' '))).toEqual([]);
  });

  it(`are at most ${LIST.reach} behind the list of a container, ${LIST.withTypes} with those of its types`, () => {
    expect(reachedFrom(LIST.file, EXECUTED).size).toBeLessThanOrEqual(LIST.reach);
    expect(reachedFrom(LIST.file, IMPORTED).size).toBeLessThanOrEqual(LIST.withTypes);
  });

  it('know of labs, below them, what they add to a container, and the catalogue', () => {
    const wrong = IMPORTS.filter(isRelative).filter(({ file, from }) => {
      const imported = join(dirname(file), from);
      const isKnown = imported === 'labs/catalogue.js' || /^labs\/[^/]+\/calls\//.test(imported);
      return file.startsWith('src/') && imported.startsWith('labs/') && !isKnown;
    });
    expect(wrong).toEqual([]);
  });

  it('take from a lab what it adds to a container, and not what it shows', () => {
    const wrong = IMPORTS.filter(isRelative).filter(({ file, from }) => {
      const imported = join(dirname(file), from);
      const lab = /^labs\/\d\d-[\w-]+\//.exec(imported)?.[0];
      const isShown = /^labs\/[^/]+\/(steps\/|lab\.js$)/.test(imported);
      return (
        lab && isShown && file !== 'labs/catalogue.ts' && (!file.startsWith(lab) || file.startsWith(`${lab}calls/`))
      );
    });
    expect(wrong).toEqual([]);
  });

  it('add system calls to a container with the kernel, cgroups, filters and labs before theirs alone', () => {
    const wrong = IMPORTS.filter(isRelative).filter(({ file, from }) => {
      const lab = /^labs\/(\d\d-[\w-]+)\/calls\//.exec(file)?.[1];
      return lab && !mayCallsImport(lab, join(dirname(file), from));
    });
    expect(wrong).toEqual([]);
  });

  it('know what a container is to be by its spec, but for those who make that of the record', () => {
    const isRecord = ({ file, from }: Import) => join(dirname(file), from) === 'src/container/record.js';
    const known = IMPORTS.filter(isRelative).filter(isRecord);
    const placeOf = ({ file }: Import) => Object.keys(KNOW_THE_RECORD).find((place) => file.startsWith(place));
    expect(known.filter((one) => placeOf(one) === undefined)).toEqual([]);
    expect(new Set(known.map(placeOf))).toEqual(new Set(Object.keys(KNOW_THE_RECORD)));
  });

  it('of a lab, and of the runtime, have names of their own', () => {
    const tops = new Set(FILES.flatMap((file) => /^(labs\/[^/]+|src\/container)\//.exec(file)?.[0] ?? []));
    const namesIn = (top: string) => FILES.filter((file) => file.startsWith(top)).map((file) => basename(file));
    expect([...tops].filter((top) => hasTwins(namesIn(top)))).toEqual([]);
  });

  it(`are at most ${MOST_FILES} at one level`, () => {
    const folders = FILES.map((file) => dirname(file));
    const isCrowded = (folder: string) => folders.filter((one) => one === folder).length > MOST_FILES;
    expect([...new Set(folders)].filter(isCrowded)).toEqual([]);
  });

  it('leave koffi to the kernel, colours to the views, the command line to cli', () => {
    const wrong = IMPORTS.filter(
      ({ file, from }) => PACKAGES[packageOf(from)]?.includes(folderOf(file) ?? '') === false,
    );
    expect(wrong).toEqual([]);
  });

  it('import no package that users would not have', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const packages = IMPORTS.filter((one) => !isRelative(one) && !one.from.startsWith('node:'));
    expect(packages.filter(({ from }) => !(packageOf(from) in dependencies))).toEqual([]);
  });

  it(`are read on a few screens: at most ${MOST_LINES} lines`, () => {
    const lines = FILES.map((file) => ({ file, lines: readFileSync(file, 'utf8').trimEnd().split('\n').length }));
    expect(lines.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });
});

/** Static imports and exports, of types too; import(); require() of a createRequire. */
function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const statements = source.matchAll(/^(?:import|export)\b[^'";]*?\bfrom '([^']+)'|^import '([^']+)'/gm);
  const calls = source.matchAll(/\b(?:import|require|createRequire\([^)]*\)\)?)\('([^']+)'\)/g);
  const isType = (statement: string) => /^\w+ type\b/.test(statement);
  return [...statements, ...calls].map(([whole, one, other]) => ({
    file,
    from: (one ?? other) as string,
    isType: isType(whole),
  }));
}

function importedBy(file: string, counts: (one: Import) => boolean = () => true): string[] {
  const own = IMPORTS.filter((one) => one.file === file && isRelative(one) && counts(one));
  return own.map(({ from }) => join(dirname(file), from).replace(/\.js$/, '.ts'));
}

/** The files of each circle of imports. */
function circles(): string[][] {
  const reached = new Map(FILES.map((file) => [file, reachedFrom(file, IMPORTED)]));
  const circleOf = (file: string) => [...(reached.get(file) ?? [])].filter((other) => reached.get(other)?.has(file));
  const found = FILES.filter((file) => reached.get(file)?.has(file)).map((file) => circleOf(file).sort());
  return [...new Map(found.map((files) => [files[0], files])).values()];
}

/** What a file imports, and what that imports, and so on. */
function reachedFrom(
  file: string,
  imported: ReadonlyMap<string, readonly string[]>,
  reached = new Set<string>(),
): Set<string> {
  for (const next of imported.get(file) ?? []) {
    if (reached.has(next)) continue;
    reached.add(next);
    reachedFrom(next, imported, reached);
  }
  return reached;
}

/** `hono` of `hono/cookie`, `@hono/node-server` of itself. */
function packageOf(from: string): string {
  return from.split('/', from.startsWith('@') ? 2 : 1).join('/');
}

function mayCallsImport(lab: string, imported: string): boolean {
  const [, other] = /^labs\/(\d\d-[\w-]+)\/calls\//.exec(imported) ?? [];
  if (other) return other <= lab;
  const folder = /^src\/(\w+)\//.exec(imported)?.[1] ?? '';
  return ['kernel', 'cgroup', 'netlink', 'oci', 'seccomp'].includes(folder);
}

function hasTwins(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}

function isRelative({ from }: Import): boolean {
  return from.startsWith('.');
}

function mayImport(file: string, imported: string): boolean {
  return folderOf(file) === folderOf(imported) || layerOf(imported) < layerOf(file);
}

/** The number of its layer; -1 where it has none. */
function layerOf(file: string): number {
  return LAYERS.findIndex((folders) => folders.includes(folderOf(file) ?? ''));
}

function folderOf(file: string): string | undefined {
  return /^labs\/[^/]+\/calls\//.test(file) ? 'labs/calls' : /^(src\/\w+|labs|exercises)\//.exec(file)?.[1];
}
