const KEY = 'tslab-theme';

type Theme = 'light' | 'dark';

/** Takes the theme that the reader chose; else that of the system stays. Called before the page is shown. */
export function restoreTheme(): void {
  const kept = read();
  if (kept) show(kept);
}

/** Changes from light to dark and back, and keeps that for the next page. */
export function toggleTheme(): void {
  const theme = current() === 'dark' ? 'light' : 'dark';
  show(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
}

/** Connects the button of the page. */
export function bindTheme(): void {
  for (const button of document.querySelectorAll('[data-theme-toggle]')) button.addEventListener('click', toggleTheme);
  tellButtons();
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  tellButtons();
}

function tellButtons(): void {
  for (const button of document.querySelectorAll('[data-theme-toggle]'))
    button.setAttribute('aria-pressed', String(current() === 'dark'));
}

function current(): Theme {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  return (document.documentElement.dataset.theme as Theme | undefined) ?? (isDark ? 'dark' : 'light');
}

function read(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'dark' || kept === 'light' ? kept : undefined;
  } catch {
    return undefined;
  }
}
