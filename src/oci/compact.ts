/**
 * A value as JSON for people, who want to see much of it at once: what fits into a line stands in one, and lists of words are
 * filled like a paragraph. A comma behind it is not counted. `label`: what stands before it in its line.
 */
export function compactJson(value: unknown, columns = 120, indent = '', label = ''): string {
  const whole = inOneLine(value);
  const fits = indent.length + label.length + whole.length <= columns;
  if (typeof value !== 'object' || value === null || fits) return label + whole;
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const fields = Object.entries(value).map(([key, field]) =>
      compactJson(field, columns, inner, `${JSON.stringify(key)}: `),
    );
    return label + enclosed('{}', fields, indent);
  }
  const isWords = value.every((item) => typeof item !== 'object');
  if (isWords) return label + enclosed('[]', filled(value.map(inOneLine), columns - inner.length), indent);
  const items = value.map((item) => compactJson(item, columns, inner));
  return label + enclosed('[]', items, indent);
}

function inOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(', ')}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${inOneLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function enclosed([open, close]: string, lines: readonly string[], indent: string): string {
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`;
}

/** Words in as few lines as they fit into. */
function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 3 <= columns) lines[lines.length - 1] = `${line}, ${word}`;
    else lines.push(word);
  }
  return lines;
}
