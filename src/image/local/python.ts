import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { findProgram } from '../../kernel/files/program-path.js';
import { list, record, text } from '../../kernel/parser.js';
import { type Entry, withoutRepeats } from '../../rootfs/entry.js';
import { directory, type LocalLayer, librariesFor, PATH, PROGRAMS, PROGRAMS_DIRECTORY } from './layer.js';

/** What python3 says of itself. */
interface Python {
  readonly program: string;
  readonly version: string;
  /** Its standard library: a directory that ends in `python3.11`. */
  readonly library: string;
  /** The name of the directory in it for what others have written: Debian's is `dist-packages`. */
  readonly packages: string;
  /** Files and directories of Flask, and of what it needs; none where it is not installed. */
  readonly flask: readonly string[];
}

/** The python3 of this host with its standard library, and Flask where that is installed (Debian's python3-flask). Throws UserError (3). */
export function pythonLayer(directories: readonly string[]): LocalLayer {
  const command = findProgram('python3', directories);
  if (command === undefined)
    throw new UserError('tslab/python is made of python3, which this host does not have', 3, 'apt-get install python3');
  const python = ask(command);
  const { program, version, library, flask } = python;
  return {
    source: {
      origin: `python ${version} of this host${flask.length > 0 ? ', with Flask' : ''}`,
      files: [program, library, ...flask],
      plan: () => plan(python),
    },
    settings: { Env: [PATH, `PYTHON_VERSION=${version}`], Cmd: ['python3'] },
  };
}

const QUESTION = `
import importlib.metadata, importlib.util, json, os, platform, sys, sysconfig
def found(name):
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None: return []
    place = list(spec.submodule_search_locations or [spec.origin])[:1]
    try: place.append(str(importlib.metadata.distribution(name)._path))
    except importlib.metadata.PackageNotFoundError: pass
    return place
names = 'flask werkzeug jinja2 markupsafe click itsdangerous blinker importlib_metadata zipp'.split()
flask = sum(map(found, names), []) if importlib.util.find_spec('flask') else []
print(json.dumps(dict(
    program=os.path.realpath(sys.executable), version=platform.python_version(), flask=flask,
    library=sysconfig.get_path('stdlib'), packages=os.path.basename(sysconfig.get_path('purelib')))))`;

const answer = record<Python>({ program: text, version: text, library: text, packages: text, flask: list(text) });

/** In isolated mode: no variable and no directory of this user changes the answer. */
function ask(command: string): Python {
  const json = execFileSync(command, ['-I', '-c', QUESTION], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return answer(JSON.parse(json), command);
}

/** Python finds its library by its own place: beside the directory of the program. */
function plan({ program, library, packages, flask }: Python): Entry[] {
  const inside = `/usr/local/lib/${basename(library)}`;
  const files = copyOf(library, inside).filter(({ path }) => !path.startsWith(`${inside}/${packages}/`));
  const others = flask.flatMap((one) => copyOf(one, `${inside}/${packages}/${basename(one)}`));
  const native = [...files, ...others].flatMap((one) => (one.kind === 'copy' && isNative(one.path) ? one.from : []));
  return withoutRepeats([
    ...PROGRAMS_DIRECTORY,
    { kind: 'copy', path: `${PROGRAMS}/${basename(program)}`, from: program },
    ...(basename(program) === 'python3' ? [] : [linkTo(basename(program))]),
    ...['/usr/local/lib', inside, `${inside}/${packages}`].map(directory),
    ...files,
    ...others,
    ...librariesFor(program, native),
  ]);
}

function linkTo(target: string): Entry {
  return { kind: 'symlink', path: `${PROGRAMS}/python3`, target };
}

/** Tests, and what needs a screen or a compiler. */
const LEFT_OUT =
  /^(__pycache__|test|tests|idlelib|turtledemo|tkinter|ensurepip|lib2to3|(site|dist)-packages|config-.*|EXTERNALLY-MANAGED)$/;

/** A file, or a directory and all in it; links are followed, since they may lead to another part of the host. */
function copyOf(from: string, path: string): Entry[] {
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats?.isFile()) return [{ kind: 'copy', path, from }];
  if (!stats?.isDirectory()) return [];
  const names = readdirSync(from).filter((name) => !LEFT_OUT.test(name));
  return [directory(path), ...names.flatMap((name) => copyOf(join(from, name), `${path}/${name}`))];
}

function isNative(path: string): boolean {
  return path.endsWith('.so');
}
