let translate = (english: string) => english;

/** What tslab says of trouble, and what to do about it, in the reader's language: English until another is set. */
export function said(english: string): string {
  return translate(english);
}

/** Has messages put in other words from now on. */
export function sayThrough(messageIn: (english: string) => string): void {
  translate = messageIn;
}
