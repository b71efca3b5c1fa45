/** A line of Markdown that knows whether it is code, where a `#` is a comment and not a heading. */
export interface MarkdownLine {
  /** From 1. */
  number: number;
  text: string;
  /** In a fenced block, or one of its fences. */
  code: boolean;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The lines of a file; a parser of Markdown proper (markdown-it) takes longer to load than a lab needs to start. */
export function markdownLines(text: string): MarkdownLine[] {
  let open: string | undefined;
  return text.split(/\r?\n/).map((line, index) => {
    const [, fence] = FENCE.exec(line) ?? [];
    const code = open !== undefined || fence !== undefined;
    if (open === undefined) open = fence;
    else if (fence?.startsWith(open) && line.trim() === fence) open = undefined;
    return { number: index + 1, text: line, code };
  });
}

/** `## Title` or deeper. */
export function isHeading(line: MarkdownLine): boolean {
  return !line.code && /^#{2,6}\s/.test(line.text);
}

/** Cuts a list before each element that starts a part; what comes before the first is a part too, perhaps empty. */
export function splitBefore<T>(list: readonly T[], starts: (element: T) => boolean): T[][] {
  const parts: T[][] = [[]];
  for (const element of list) {
    if (starts(element)) parts.push([]);
    parts.at(-1)?.push(element);
  }
  return parts;
}
