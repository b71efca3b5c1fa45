import { useCompiledCode } from './compiled-code.js';
import { missingRequirement } from './requirements.js';

// The program is loaded only when it can be parsed: an old Node would show a syntax error instead of what is missing.
const missing = missingRequirement(process.platform, process.versions);
if (missing) {
  process.stderr.write(missing);
  process.exitCode = 3;
} else {
  useCompiledCode();
  // Nothing is left to do then. Node would take its heap apart piece by piece, and the kernel does it at once.
  process.on('beforeExit', () => process.exit());
  void import('./dispatch.js').then(({ run, ownArguments }) => run(ownArguments()));
}
