const VOID = new Set(['area', 'base', 'br', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);
const TAG = /<!--[\s\S]*?-->|<!DOCTYPE html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>|[<>]/gi;

/** An opening tag: its name in small letters, and its attributes as they are written, without quotes. */
export interface OpenedTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All opening tags, in order. Throws where a tag is left open or closed wrongly, or a bare `<` or `>` stands between them. */
export function openedTags(html: string): OpenedTag[] {
  const tags: OpenedTag[] = [];
  const open: string[] = [];
  for (const [whole, slash, name, attributes = '', empty] of html.matchAll(TAG)) {
    if (name === undefined && whole.length === 1) throw new Error(`a bare ${whole}: ${excerpt(html, whole)}`);
    if (name === undefined) continue;
    const tag = name.toLowerCase();
    if (slash) close(open, tag);
    else {
      tags.push({ name: tag, attributes: parseAttributes(attributes) });
      if (!VOID.has(tag) && !empty) open.push(tag);
    }
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(', ')}`);
  return tags;
}

function close(open: string[], tag: string): void {
  const last = open.pop();
  if (last !== tag) throw new Error(`</${tag}> closes <${last ?? 'nothing'}>`);
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value]);
  return Object.fromEntries(pairs);
}

function excerpt(html: string, character: string): string {
  const at = html.search(new RegExp(`${character}(?![a-z/!])`, 'i'));
  return html.slice(Math.max(0, at - 40), at + 40);
}

/** What a reader sees: the text between the tags, its entities resolved. */
export function textOf(html: string): string {
  const text = html.replace(/<[^>]*>/g, '');
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
