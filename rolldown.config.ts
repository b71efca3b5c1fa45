import { readFileSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { defineConfig, type OutputOptions, type Plugin, type RolldownOptions } from 'rolldown';
import { stampBuild } from './test/support/built.js';

/** Sources import `./x.js`, which is `./x.ts` until tsc has been there. */
const resolve = { extensionAlias: { '.js': ['.ts', '.js'] } };

/**
 * `dist/bin`, what students run: the sources and all packages but koffi, in few files. Node takes half a millisecond for each
 * module that it finds, reads and links, and `tslab run` is made of 130. CommonJS, since `import` costs another 5 ms.
 */
const shared = {
  platform: 'node',
  external: ['koffi'],
  resolve,
  transform: { target: 'node20.19' },
} satisfies RolldownOptions;

const output: OutputOptions = {
  dir: 'dist/bin',
  format: 'cjs',
  strict: true,
  sourcemap: true,
  sourcemapExcludeSources: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  // Less to read, and node decodes text that is ASCII several times as fast.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } },
};

export default defineConfig([
  {
    ...shared,
    plugins: [lazy(), compiled()],
    input: { tslab: 'src/cli/main.ts' },
    output: {
      ...output,
      codeSplitting: {
        groups: [
          { name: packageOf, debugName: 'packages', test: /node_modules/, priority: 7 },
          // With what lessons and containers share, which is little.
          {
            name: 'command',
            test: /src\/(cli\/(run|list|report-error)|container\/options\/nearest|kernel\/render)\.ts$/,
            priority: 6,
          },
          { name: 'container', test: /src\/cli\/container(-program\.ts$|\/)/, priority: 5 },
          { name: 'view', test: /src\/view\/(sink|terminal\/plot|text\/visible)\.ts$/, priority: 4 },
          { name: 'container-info', test: /src\/cli\/container-info\//, priority: 3 },
          { name: 'lesson', test: /src\/lab\/(lesson|include|recording)\.ts$/, priority: 2 },
          { name: 'views', test: /src\/view\/(terminal|arrange)\/index\.ts$/, priority: 1 },
          { name: 'read', test: /src\/cli\/read(-text)?\.ts$/ },
        ],
      },
    },
  },
  // Alone, so that what its containers cost in memory is not made of what only other commands need.
  alone('supervisor', 'labs/12-runtime/supervisor/main.ts'),
  alone('leash', 'src/web/server/leash.ts'),
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
const LAZY = /(?<== )require\("node:(?:child_process|crypto|net|readline|stream|timers\/promises|tty)"\)(?=;)/g;

/** They are loaded when one of their functions is called. */
function lazy(): Plugin {
  const proxy = (loading: string) => `new Proxy({}, { get: (_, name) => ${loading}[name] })`;
  return { name: 'lazy', renderChunk: (code) => ({ code: code.replaceAll(LAZY, proxy), map: null }) };
}

/** Beside each file its code as this machine's V8 compiles it, for src/cli/compiled-code.ts. */
function compiled(): Plugin {
  return {
    name: 'compiled',
    writeBundle({ dir = '' }, bundle) {
      const files = Object.keys(bundle).filter((file) => file.endsWith('.cjs'));
      for (const file of files) writeFileSync(join(dir, `${file}.cache`), compile(join(dir, file)));
    },
  };
}

/** All functions of it: V8 would leave most until they are called. The flag itself is part of what it later compares. */
function compile(file: string): Buffer {
  setFlagsFromString('--no-lazy');
  const script = new Script(Module.wrap(readFileSync(file, 'utf8').replace(/^#!.*/, '')), { filename: file });
  setFlagsFromString('--lazy');
  return script.createCachedData();
}

function alone(name: string, file: string): RolldownOptions {
  return { ...shared, input: { [name]: file }, output: { ...output, codeSplitting: false } };
}

/** `hono-node-server` for a file of @hono/node-server. */
function packageOf(id: string): string | null {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]?.replace(/^@(.*)\//, '$1-') ?? null;
}
