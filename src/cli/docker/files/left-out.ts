import { warn } from '../../leftovers.js';

/** Says which files were not copied or packed. */
export function tellLeftOut(leftOut: readonly string[]): void {
  const more = leftOut.length > 3 ? `, and ${leftOut.length - 3} more` : '';
  if (leftOut.length > 0) warn(`left out what is no file, directory or link: ${leftOut.slice(0, 3).join(', ')}${more}`);
}
