import { visibleLine } from '../view/text/visible.js';

/** Tells what commander says about the words of a command line: one line, whatever stands in them, and one for what may be meant. */
export function outputError(text: string, write: (text: string) => void): void {
  const [, message = '', suggestion = ''] = /^(?:error: )?(.*?)(\n\(Did you mean [^\n]*\))?\n$/s.exec(text) ?? [];
  write(`tslab: ${visibleLine(message)}${suggestion}\n`);
}
