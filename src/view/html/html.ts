/** Text that is HTML already, and goes into a page as it is. Anything else is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: nothing is shown for undefined and false. */
export type Piece = Html | string | number | undefined | false | readonly Piece[];

/** Makes HTML of a template. What a container printed, or a lesson says, comes in as a string and cannot become markup. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.map((text, index) => text + textOf(pieces[index])).join(''));
}

/** Pieces one behind the other, with HTML or nothing between them. */
export function join(pieces: readonly Piece[], between = ''): Html {
  return new Html(pieces.map(textOf).join(between));
}

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return escapeHtml(String(piece));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text as it may stand between tags, or between the quotes of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
