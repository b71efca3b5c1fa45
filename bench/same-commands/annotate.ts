import { readFileSync, writeFileSync } from 'node:fs';
import { caseFile } from './cases.js';
import { type Compared, DOCKER } from './judge.js';

/** Writes what was found into a case file: what is gone goes; what is new and not as docker has it gets `?` as its reason. */
export function annotate(area: string, found: readonly Compared[]): void {
  const lines = readFileSync(caseFile(area), 'utf8').split('\n');
  for (const { command, verdict, besideDocker, news } of found) {
    const { line, at, known } = command;
    const reason = known && !news ? known.reason : besideDocker === 'same' ? DOCKER : '?';
    lines[at] = verdict === 'same' ? line : `${line} ## ${verdict} ${reason}`;
  }
  writeFileSync(caseFile(area), lines.join('\n'));
}
