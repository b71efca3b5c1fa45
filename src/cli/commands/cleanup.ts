import { type CleanupReport, cleanup } from '../../state/cleanup.js';
import { print } from '../../terminal/output.js';
import { visibleJson } from '../../view/text/visible.js';
import { knowLeftovers } from '../leftovers.js';
import type { GlobalOptions } from '../options.js';
import { renderCleanup, toJson } from './cleanup-report.js';

/** `tslab cleanup`. 1 where something could not be removed. */
export async function cleanUp({ json }: GlobalOptions): Promise<number> {
  knowLeftovers();
  const report = await cleanup();
  print(json ? `${visibleJson(toJson(report))}\n` : renderCleanup(report));
  return isClean(report) ? 0 : 1;
}

function isClean({ swept, found, prepared }: CleanupReport): boolean {
  return [...swept, ...found, ...prepared].every(({ problem }) => problem === undefined);
}
