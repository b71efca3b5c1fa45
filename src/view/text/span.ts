/** A piece of text with a style of its own. */
export interface Span {
  text: string;
  paint?: (text: string) => string;
}
