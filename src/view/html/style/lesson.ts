/** What a lesson is made of: code, tables, drawings, callouts, questions, hints. */
export const LESSON = `
em:lang(zh) { font-style: normal; font-weight: 600; }
pre { background: var(--panel); border-radius: 0.5rem; padding: 0.8rem 1rem; line-height: 1.5; overflow-x: auto; tab-size: 4; }
pre code { font-size: inherit; }
.source figcaption { font-size: 0.8rem; margin-bottom: 0.25rem; }
.source figcaption code { background: none; padding: 0; }
.source pre { margin: 0; }
@media (max-width: 64em) { pre { white-space: pre-wrap; overflow-wrap: anywhere; } }
.hl-keyword { color: var(--hl-keyword); }
.hl-function { color: var(--hl-function); }
.hl-type { color: var(--hl-type); }
.hl-string { color: var(--hl-string); }
.hl-number { color: var(--hl-number); }
.hl-constant { color: var(--hl-constant); }
.hl-comment { color: var(--hl-comment); font-style: italic; }
:lang(zh) .hl-comment { font-style: normal; }
table { border-collapse: collapse; }
.table { overflow-x: auto; margin: 0 0 1em; }
.table table { margin: 0; font-size: 0.92rem; line-height: 1.45; }
.table th, .table td { text-align: left; vertical-align: top; padding: 0.45rem 0.9rem 0.45rem 0; border-bottom: 1px solid var(--rule); }
.table th { border-bottom-color: var(--edge); }
blockquote { margin: 0 0 1em; padding-left: 1rem; border-left: 3px solid var(--rule); color: var(--muted); }
figcaption { font-size: 0.85rem; color: var(--muted); margin-bottom: 0.4rem; }
.source figcaption { margin: 0; font-size: 0.78rem; }
.source figcaption code { background: none; padding: 0; }
.source pre { margin: 0; }
figure.diagram { margin: 1.6rem 0; }
.diagram figcaption { margin: 0.4rem 0 0; }
.drawing { overflow-x: auto; padding: 0.4rem 0; }
.drawn { display: block; max-width: 100%; height: auto; color: var(--text); }
.drawn path { fill: none; stroke: currentColor; stroke-width: 1.3; stroke-linecap: square; }
.drawn .thick { stroke-width: 3; }
.drawn .dashed { stroke-dasharray: 3 4; stroke-linecap: butt; }
.drawn .heads { fill: currentColor; stroke: none; }
.drawn text { font-family: var(--mono); font-size: 15px; fill: currentColor; white-space: pre; }
.drawn .wide { font-size: 17px; }
@media (max-width: 48em) { .drawn { max-width: max(100%, 32rem); } }
.callout { margin: 1.4rem 0; padding: 0.8rem 1.1rem; border-left: 4px solid var(--accent); background: var(--accent-ground); border-radius: 0 0.4rem 0.4rem 0; }
.callout.warning { border-color: var(--warn); background: var(--warn-ground); }
.callout > :last-child { margin-bottom: 0; }
.callout .kind { margin: 0 0 0.2rem; font-size: 0.85rem; font-weight: 700; color: var(--accent); }
.callout.warning .kind { color: var(--warn); }
.callout code, .predict code, .hint code { background: none; padding: 0; }
.predict, .hint { margin: 1.4rem 0; padding: 1rem 1.2rem; max-width: 46rem; border: 1px solid var(--rule); border-radius: 0.6rem; background: var(--panel); }
.predict pre { background: var(--raised); }
.predict legend { font-weight: 700; color: var(--accent); font-size: 0.9rem; padding: 0; margin-bottom: 0.4rem; }
.choice { display: flex; gap: 0.7rem; align-items: flex-start; padding: 0.45rem 0.7rem; margin: 0.3rem 0; border: 1px solid var(--rule); border-radius: 0.4rem; background: var(--raised); cursor: pointer; }
.choice input { margin-block: calc((1lh - 0.9em) / 2) 0; }
.choice:hover { border-color: var(--accent); }
.choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.predict[data-answered] .choice { cursor: default; }
.predict[data-verdict] .choice[data-right] { border-color: var(--good); background: var(--good-ground); box-shadow: none; }
.predict[data-verdict] .choice[data-right] > span::before { content: "✓ "; color: var(--good); font-weight: 700; }
.predict[data-verdict] .choice:not([data-right]):has(:checked) { border-color: var(--bad); background: var(--bad-ground); box-shadow: none; }
.predict[data-verdict] .choice:not([data-right]):has(:checked) > span::before { content: "✗ "; color: var(--bad); font-weight: 700; }
.predict button { margin-top: 0.6rem; }
.answer { margin-top: 0.8rem; }
.answer > summary { color: var(--muted); font-size: 0.9rem; padding: 0.2rem 0; }
.answer .right { font-weight: 600; margin-top: 0.5rem; }
.answer .right > span { color: var(--good); }
.answer > :last-child, .hint > p:last-child { margin-bottom: 0; }
.hint { padding: 0.5rem 1.2rem; }
.hint .hint { margin: 0.6rem 0; background: var(--raised); }
.hint > summary { font-weight: 600; padding: 0.2rem 0; }
.hint[open] > summary { margin-bottom: 0.5rem; }
`;
