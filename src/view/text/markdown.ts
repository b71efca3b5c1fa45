/** A piece of a line of Markdown. */
export interface InlineText {
  text: string;
  style: 'plain' | 'code' | 'strong' | 'emphasis';
}

// `code`, **strong**, *emphasis*, [text](address), <address>, \escape. No underscores: CLONE_NEW_X is no emphasis.
const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|\*(\S(?:.*?\S)?)\*|\[([^\]]+)\]\([^)]*\)|<(https?:[^>]+)>|\\([!-/:-@[-`{-~])/g;

/** The marks that narrations use; a parser of all of Markdown would take longer to load than the lab to start. */
export function parseInline(markdown: string): InlineText[] {
  const parts: InlineText[] = [];
  let end = 0;
  for (const match of markdown.matchAll(INLINE)) {
    parts.push({ text: markdown.slice(end, match.index), style: 'plain' }, ...partsOf(match));
    end = match.index + match[0].length;
  }
  parts.push({ text: markdown.slice(end), style: 'plain' });
  return parts.filter((part) => part.text !== '');
}

/** The same text without its marks. */
export function withoutMarks(markdown: string): string {
  return parseInline(markdown)
    .map((part) => part.text)
    .join('');
}

function partsOf([, code, strong, emphasis, link, address, escaped]: RegExpMatchArray): InlineText[] {
  if (code !== undefined) return [{ text: code, style: 'code' }];
  if (strong !== undefined) return styled(strong, 'strong');
  if (emphasis !== undefined) return styled(emphasis, 'emphasis');
  if (link !== undefined) return parseInline(link);
  return [{ text: address ?? escaped ?? '', style: 'plain' }];
}

/** What stands inside may be code, which keeps its own style. */
function styled(markdown: string, style: InlineText['style']): InlineText[] {
  return parseInline(markdown).map((part) => (part.style === 'plain' ? { ...part, style } : part));
}
