// `node --require` of this before tslab: at the end it keeps, of each file that tslab has loaded, the code that V8 has compiled by then, beside what
// an earlier run has kept.
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');

const { Script } = vm;
const scripts = new Map();
const folder = process.env.TSLAB_USED_CODE;

vm.Script = class extends Script {
  /** Not from the code of dist/bin, or all of it would be kept. */
  constructor(text, { filename }) {
    const kept = join(folder, basename(filename));
    super(text, { filename, cachedData: existsSync(kept) ? readFileSync(kept) : undefined });
    scripts.set(basename(filename), this);
  }
};

process.on('exit', () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of scripts) writeFileSync(join(folder, name), script.createCachedData());
});
