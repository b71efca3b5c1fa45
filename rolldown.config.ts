import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { resolve as absolute, join } from 'node:path';
import { defineConfig, type OutputOptions, type Plugin, type RolldownOptions } from 'rolldown';
import { codeThatRunUses } from './scripts/used-code.js';
import { codePath } from './src/cli/code-places.js';
import { keepCode } from './src/cli/compile-anew.js';
import { stampBuild } from './test/support/built.js';

/** Sources import `./x.js`, which is `./x.ts` until tsc has been there. */
const resolve = { extensionAlias: { '.js': ['.ts', '.js'] } };

/**
 * `dist/bin`, what students run: the sources and all packages but koffi, in few files. Node takes half a millisecond for each
 * module that it finds, reads and links, and `tslab run` is made of 130. CommonJS, since `import` costs another 5 ms.
 */
const shared = {
  platform: 'node',
  resolve,
  transform: { target: 'node20.19' },
  // What is imported by `import()` and otherwise, too, lies in one of the groups below on purpose.
  checks: { ineffectiveDynamicImport: false },
} satisfies RolldownOptions;

const output: OutputOptions = {
  dir: 'dist/bin',
  format: 'cjs',
  strict: true,
  sourcemap: true,
  sourcemapExcludeSources: true,
  entryFileNames: '[name].cjs',
  // `03-cgroups.cjs`, and not `lab3.cjs`.
  chunkFileNames: ({ facadeModuleId }) =>
    `${/(?:labs|exercises)\/(.*)\/(?:lab|exercise)\.ts$/.exec(facadeModuleId ?? '')?.[1] ?? '[name]'}.cjs`,
  // Less to read, and node decodes text that is ASCII several times as fast.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } },
};

/**
 * `tslab.cjs` is a script for sh and for node. Node takes `--env-file` for its own wherever it stands, up to a `--`
 * (https://github.com/nodejs/node/issues/54232), and `#!/usr/bin/env -S node --` is not possible with busybox. To sh the second line is
 * a command that does nothing and then what it is to do, to node a string and a comment. TSLAB_NOFILE is the caller's soft limit of open
 * files, which node raises before any of our code runs; the pid with it says whose it is.
 */
const LAUNCHER = `#!/bin/sh
':' //; export TSLAB_NOFILE="$$ $(ulimit -Sn)"; exec node -- "$0" "$@"`;

export default defineConfig([
  {
    ...shared,
    plugins: [lazy(), exported(), compiled(), executable()],
    input: { tslab: 'src/cli/main.ts' },
    output: {
      ...output,
      postBanner: ({ isEntry }) => (isEntry ? LAUNCHER : ''),
      codeSplitting: {
        groups: [
          { name: packageOf, debugName: 'packages', test: /node_modules/, priority: 8 },
          // With what lessons and containers share, which is little.
          {
            name: 'command',
            test: /src\/(cli\/(dispatch|command|commands|report-error)|state\/(nearest|progress)|kernel\/render|view\/text\/(charset|width)|terminal\/output)\.ts$/,
            priority: 7,
          },
          // What `run` and `exec` load, and what the other commands have besides: a start is to read no more than it needs.
          {
            name: 'container',
            test: /src\/(cli\/(docker-program|docker\/(start\/(run|run-container|find-image|exec)|shared\/(default-network|environment)))|container\/network\/join)\.ts$/,
            priority: 6,
          },
          { name: 'stored-image', test: /src\/docker\/stored-image\.ts$/, priority: 5 },
          { name: 'control', test: /src\/cli\/docker\/(start|control)\/(?!prune\.|why)[\w-]+\.ts$/, priority: 5 },
          { name: 'list', test: /src\/cli\/commands\/list\.ts$/, priority: 5 },
          { name: 'view', test: /src\/view\/(sink|terminal\/plot|text\/visible)\.ts$/, priority: 4 },
          { name: 'container-info', test: /src\/cli\/docker\//, priority: 3 },
          { name: 'lesson', test: /src\/(lesson\/(lesson|include)|lab\/recording)\.ts$/, priority: 2 },
          { name: 'views', test: /src\/view\/(terminal|run)\/index\.ts$/, priority: 1 },
          { name: 'read', test: /src\/cli\/commands\/read\/(read|text)\.ts$/ },
        ],
      },
    },
  },
  // Alone, so that what its containers cost in memory is not made of what only other commands need.
  alone('supervisor', 'src/container/supervisor/main.ts'),
  alone('kill-with-parent', 'src/web/server/kill-with-parent.ts'),
  // What students' lists import, by the names `tslab/calls` and `tslab/parts`: package.json says where they are.
  {
    ...shared,
    input: { calls: 'src/exercise/calls.ts', parts: 'src/exercise/parts.ts' },
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'list-[name].mjs' },
  },
  // What pages load, over what tsc made of it: one small script, and no module, since browsers load none from a disk (file://).
  {
    platform: 'browser',
    plugins: [{ name: 'stamped', writeBundle: () => stampBuild() }],
    resolve,
    input: { lesson: 'src/web/client/lesson.ts' },
    output: { dir: 'dist/src/web/client', format: 'iife', entryFileNames: '[name].js', minify: true },
  },
]);

/** Modules of node's that most commands import and few use. Together they take as long to load as the commands themselves. */
const LAZY = /(?<== )require\("node:(?:child_process|crypto|dgram|net|readline|stream|timers\/promises|tty)"\)(?=;)/g;

/** They are loaded when one of their functions is first called. */
function lazy(): Plugin {
  const proxy = (loading: string) => `((it) => new Proxy({}, { get: (_, name) => (it ??= ${loading})[name] }))()`;
  return { name: 'lazy', renderChunk: (code) => ({ code: code.replaceAll(LAZY, proxy), map: null }) };
}

/** What a file hands to others: rolldown writes a function for each name, and `run` takes 350 names. None of them changes its value. */
const GETTER =
  /Object\.defineProperty\(exports, "(\w+)", \{\s*enumerable: true,\s*get: function \(\) \{\s*return ([\w$]+);\s*\}\s*\}\);/g;

/** It is handed over as a value: the functions would take 0.3 ms, and 60 kB of memory. */
function exported(): Plugin {
  return {
    name: 'exported',
    renderChunk: (code) => ({ code: code.replaceAll(GETTER, 'exports.$1 = $2;'), map: null }),
  };
}

/**
 * Beside each file its code as the node that builds compiles it, for src/cli/compiled-code.ts. Of what `run` loads only what it calls:
 * to read the code of all functions takes 7 ms more.
 */
function compiled(): Plugin {
  return {
    name: 'compiled',
    writeBundle({ dir = '' }, bundle) {
      for (const file of readdirSync(dir)) if (/\.cache$/.test(file)) rmSync(join(dir, file));
      // All but the file that node itself is given.
      const files = Object.keys(bundle).filter((file) => file.endsWith('.cjs') && file !== 'tslab.cjs');
      const used = codeThatRunUses(absolute(dir, 'tslab.cjs'));
      for (const file of files.map((name) => absolute(dir, name))) {
        keepCode(file, { path: codePath(file), mode: 0o644 }, used.get(file));
      }
    },
  };
}

/** npm does this to what it installs. */
function executable(): Plugin {
  return { name: 'executable', writeBundle: ({ dir = '' }) => chmodSync(join(dir, 'tslab.cjs'), 0o755) };
}

function alone(name: string, file: string): RolldownOptions {
  return { ...shared, input: { [name]: file }, output: { ...output, codeSplitting: false } };
}

/** `hono-node-server` for a file of @hono/node-server. */
function packageOf(id: string): string | null {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]?.replace(/^@(.*)\//, '$1-') ?? null;
}
