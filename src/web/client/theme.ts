import { keep, kept } from './storage.js';

const KEY = 'theme';

type Theme = 'light' | 'dark';

/** Takes the theme that the reader chose; else that of the system stays. Called before the page is shown. */
export function restoreTheme(): void {
  const theme = kept(KEY);
  if (theme === 'light' || theme === 'dark') show(theme);
}

/** Changes from light to dark and back, and keeps that for the next page. */
export function toggleTheme(): void {
  const theme = current() === 'dark' ? 'light' : 'dark';
  show(theme);
  keep(KEY, theme);
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
