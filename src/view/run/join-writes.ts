import type { CallRow, Item, Items } from './items.js';

/**
 * Makes one row of `openat`, `write` and `close` of the same file, with the path beside the descriptor as `strace -y` has it:
 * `write(18</sys/fs/cgroup/…/cpu.max>, …)`. A descriptor alone says nothing, and its number may be another's a moment later.
 */
export async function* joinFileWrites(items: Items): Items {
  let held: CallRow[] = [];
  for await (const item of items) {
    if (item.type === 'syscall' && continues(held, item)) {
      held.push(item);
      if (held.length < 3) continue;
      yield joined(held);
    } else {
      yield* held;
      held = [];
      if (isOpen(item)) {
        held.push(item);
        continue;
      }
      yield item;
    }
    held = [];
  }
}

function isOpen(item: Item): item is CallRow {
  return item.type === 'syscall' && item.name === 'openat' && !item.housekeeping && Number(item.result) >= 0;
}

function continues(held: readonly CallRow[], call: CallRow): boolean {
  const [open] = held;
  const next = held.length === 1 ? 'write' : 'close';
  const succeeded = Number(call.result) >= 0 && !call.housekeeping;
  return call.name === next && succeeded && call.by === open?.by && call.args[0] === open.result;
}

function joined([open, write, close]: readonly CallRow[]): CallRow {
  if (!open || !write || !close) throw new RangeError('a write to a file is three calls');
  const text = write.text.replace(/^write\(\d+/, (start) => `${start}<${open.args[1]}>`);
  return { ...write, text, around: [open, close] };
}
