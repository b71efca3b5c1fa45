/** Type, links, and what can be pressed. Fonts of the reader's system; Chinese falls back to those that have it. */
export const BASE = `
*, *::before, *::after { box-sizing: border-box; }
:root {
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", "PingFang SC", "Microsoft YaHei", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace;
  font-size: clamp(1rem, 0.9rem + 0.35vw, 1.375rem);
  scroll-padding: 1rem 0 5rem;
}
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.65 var(--sans); overflow-wrap: break-word; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
:lang(zh) body { line-height: 1.8; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; margin: 0 0 0.6em; }
h1 { font-size: clamp(1.75rem, 1.3rem + 2vw, 2.6rem); letter-spacing: -0.015em; }
h2 { font-size: 1.5rem; }
h3 { font-size: 1.15rem; margin-top: 1.8em; }
p, ul, ol, dl, pre, figure, table { margin: 0 0 1em; }
li + li { margin-top: 0.3em; }
a { color: var(--accent); text-decoration-thickness: 0.06em; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 0.14em; }
code, pre, `;
