// `npm install` in a clone runs this before it compiles: it says what is missing for that. The script is called `postprepare`, since npm
// runs `prepare` also where `npx` links to the clone, and warns of it where the package is installed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAM = 'dist/bin/tslab.cjs';

const missing = ['tsc', 'rolldown'].filter((tool) => !isOnPath(tool));
if (missing.length > 0) explain(missing.join(' and '));

function isOnPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, tool)));
}

/** npm may keep this to itself, so that `npx tslab` says it again. */
function explain(tools) {
  const reason = 'NODE_ENV=production and --omit=dev leave out what compiles it';
  const message = `tslab: it is not compiled, and ${tools} cannot be found: ${reason}. Type:\n  npm install --include=dev\n`;
  process.stderr.write(message);
  process.exitCode = 1;
  if (!existsSync(PROGRAM)) writeStandIn(message);
}

function writeStandIn(message) {
  mkdirSync('dist/bin', { recursive: true });
  const script = `#!/usr/bin/env node\nprocess.stderr.write(${JSON.stringify(message)});\nprocess.exitCode = 3;\n`;
  writeFileSync(PROGRAM, script, { mode: 0o755 });
}
