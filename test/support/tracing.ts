import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from '../../src/kernel/once.js';
import { Trace } from '../../src/why/tracefs.js';

/** Whether the kernel's tracer tells this process of calls and of capabilities. */
export const tellsCapabilities = once<void, boolean>(() => {
  const before = process.env.TSLAB_STATE;
  const directory = mkdtempSync(join(tmpdir(), 'tslab-why-'));
  process.env.TSLAB_STATE = directory;
  try {
    using trace = new Trace();
    return trace.tellsCapabilities;
  } catch {
    return false;
  } finally {
    if (before === undefined) delete process.env.TSLAB_STATE;
    else process.env.TSLAB_STATE = before;
    rmSync(directory, { recursive: true });
  }
});
