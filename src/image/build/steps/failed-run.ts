import { closeSync, readSync } from 'node:fs';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { BuildHost, RunOutcome, RunStep } from '../host.js';

/** What a RUN that failed is told as: how it ended, and what usually is the cause. */
export function failedRun({ status, error }: RunOutcome, step: RunStep, host: BuildHost): UserError {
  const what = `RUN exited with ${status}${error && `: ${error}`}`;
  return new UserError(what, 1, error.includes('ENOEXEC') ? OF_NO_FORMAT : hintFor(status, step, host));
}

const OF_NO_FORMAT =
  'exec format error: it is a program of another platform (docker build --platform), or a script whose first line is not #!/bin/sh.';

function hintFor(status: number, step: RunStep, host: BuildHost): string | undefined {
  if (status === 137) return 'It was killed (SIGKILL): for want of memory, or by somebody.';
  if (status !== 126 && status !== 127) return undefined;
  const script = scriptsIn(step.words).find((path) => hasWindowsLine(path, step, host));
  if (script !== undefined)
    return `${script} has lines that end as on Windows, so its interpreter is "sh\\r", which is not there: sed -i 's/\\r$//' ${script}; and in .gitattributes: *.sh text eol=lf`;
  if (step.layers.length === 0) return 'The image is empty, FROM scratch: only COPY and ADD bring something into it.';
  return status === 126 ? 'It may not be executed: chmod +x, or COPY --chmod=755.' : 'The image has no such program.';
}

function scriptsIn(words: readonly string[]): string[] {
  return words
    .join(' ')
    .split(/[\s;&|()]+/)
    .filter((word) => word.includes('/') && !word.startsWith('-'));
}

/** Whether the first line of a file, `#!…`, ends in CR: the kernel takes it for a part of the name. */
function hasWindowsLine(path: string, { layers, workdir }: RunStep, host: BuildHost): boolean {
  using source = host.openLayers(layers);
  const at = path.startsWith('/') ? path : `${workdir}/${path}`;
  if (!source.look(at.slice(1), { follow: true })?.stats.isFile()) return false;
  const fd = source.openFile(at.slice(1));
  try {
    const start = Buffer.alloc(256);
    const [line = ''] = start.toString('latin1', 0, readSync(fd, start)).split('\n');
    return line.startsWith('#!') && line.endsWith('\r');
  } finally {
    closeSync(fd);
  }
}
