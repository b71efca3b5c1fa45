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
code, pre, kbd { font-family: var(--mono); font-size: 0.86em; }
:not(pre) > code { background: var(--panel); border-radius: 0.25em; padding: 0.1em 0.3em; overflow-wrap: anywhere; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.flag { white-space: nowrap; }
:lang(zh) em { font-style: normal; font-weight: 600; }
h1 code, h2 code, h3 code { font-size: 0.92em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.15em; }
summary { cursor: pointer; }
button { font: inherit; font-size: 0.9rem; min-height: 2.4rem; padding: 0.3rem 0.9rem; color: var(--text); background: var(--raised); border: 1px solid var(--edge); border-radius: 0.4rem; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--accent); color: var(--accent); }
button:disabled { color: var(--muted); border-color: var(--rule); cursor: default; }
button.primary, .predict button { background: var(--accent); border-color: var(--accent); color: var(--ground); font-weight: 600; }
button.primary:hover:not(:disabled), .predict button:hover:not(:disabled) { background: var(--text); border-color: var(--text); color: var(--ground); }
button.primary:disabled { background: var(--panel); border-color: var(--rule); color: var(--muted); }
input[type="text"] { font: 0.9rem var(--mono); color: var(--text); background: var(--raised); border: 1px solid var(--edge); border-radius: 0.3rem; padding: 0.35rem 0.5rem; max-width: 100%; }
input[type="radio"], input[type="checkbox"] { accent-color: var(--accent); font: inherit; width: 0.9em; height: 0.9em; flex: none; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:root:not([data-script]) .needs-script, [hidden] { display: none !important; }
`;
