import { expect, it } from 'vitest';
import type { LabEvent } from '../../../src/lab/events.js';
import { normalise, shapeOf } from '../../support/normalise.js';

/** A mount whose options take more than a page. */
function mountOf(temporary: string): LabEvent[] {
  const layers = Array.from({ length: 300 }, (_, i) => `/var/lib/tslab/${temporary}/many/layer-${i}${'-'.repeat(40)}`);
  const options = `lowerdir=${layers.join(':')}:/var/lib/tslab/${temporary}/app,index=off`;
  return [{ type: 'syscall', name: 'mount', by: 'child', args: [options] } as unknown as LabEvent];
}

it.each(['.tmp-40-ce716019', '.tmp-402-ce71601', '.tmp-34002-ce716019'])(
  'names that are cut off elsewhere are the same in runs of other pids: %s',
  (temporary) => {
    const shape = (events: readonly LabEvent[]) => JSON.stringify(shapeOf(normalise(events)));
    expect(shape(mountOf(temporary))).toBe(shape(mountOf('.tmp-4002-ce716019')));
  },
);
