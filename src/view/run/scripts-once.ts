import type { CallRow, Item, Items } from './items.js';

/**
 * Leaves a shell's script out of its execve where a reader has seen it: in a call before, or as the command of the output that comes
 * next. That of a call that is new waits for what comes next.
 */
export async function* showScriptsOnce(items: Items): Items {
  let held: CallRow | undefined;
  for await (const item of items) {
    if (held) yield item.type === 'output' && isIn(held, item.command) ? withoutScript(held) : held;
    held = undefined;
    const script = scriptOf(item);
    if (script === undefined || item.type !== 'syscall') yield item;
    else if (item.novelty === 'known') yield withoutScript(item);
    else held = item;
  }
  if (held) yield held;
}

const SCRIPT = /(?<="-c", ")(?:[^"\\]|\\.)*(?="\])/;

function scriptOf(item: Item): string | undefined {
  return item.type === 'syscall' && item.name.startsWith('execve') ? SCRIPT.exec(item.text)?.[0] : undefined;
}

/** The script begins as the command does; what follows only keeps the shell alive. */
function isIn(call: CallRow, command: string | undefined): boolean {
  return command !== undefined && scriptOf(call)?.startsWith(JSON.stringify(command).slice(1, -1)) === true;
}

function withoutScript(call: CallRow): CallRow {
  return { ...call, whole: call.text, text: call.text.replace(/"(?:[^"\\]|\\.)*"(?=\])/, '…') };
}
