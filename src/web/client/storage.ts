/** What the reader chose on an earlier page; null where he did not, or the browser keeps nothing. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`tslab-${name}`);
  } catch {
    return null;
  }
}

/** Keeps what the reader chose for the next page, if the browser does. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`tslab-${name}`, value);
  } catch {
    // Then it holds until the page is left.
  }
}
