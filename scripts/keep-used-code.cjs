// `node --require` of this before tslab: at the end it keeps, of each file that tslab has loaded, the code that V8 has compiled by then.
const { mkdirSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');

const { Script } = vm;
const scripts = new Map();

vm.Script = class extends Script {
  /** Not from code that was compiled before, or all of it would be kept. */
  constructor(text, { filename }) {
    super(text, { filename });
    scripts.set(basename(filename), this);
  }
};

process.on('exit', () => {
  const folder = process.env.TSLAB_USED_CODE;
  mkdirSync(folder);
  for (const [name, script] of scripts) writeFileSync(join(folder, name), script.createCachedData());
});
