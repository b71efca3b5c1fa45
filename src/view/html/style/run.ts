/** What a run tells, and the panel that starts it. Whatever has a colour has a symbol or a word too. */
export const RUN = `
.run-lab { margin: 2rem 0; padding: 1.1rem 1.3rem; border: 1px solid var(--edge); border-radius: 0.6rem; background: var(--panel); }
.run-lab h2 { font-size: 1.15rem; margin-bottom: 0.5rem; }
.run-lab .buttons { margin: 0.8rem 0 0; }
.run-lab .options label { display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 0.6rem; padding: 0.25rem 0; font-size: 0.9rem; }
.run-lab .options label > code { min-width: 6.5rem; background: none; padding: 0; }
.run-lab .options label > span { color: var(--muted); }
.skips { margin-top: 0.8rem; display: flex; flex-wrap: wrap; gap: 0.1rem 1.3rem; }
.skips legend { font-size: 0.9rem; color: var(--muted); padding: 0; margin-bottom: 0.2rem; }
.skips label { display: flex; align-items: center; gap: 0.4rem; padding: 0.25rem 0; }
.skips code { background: none; padding: 0; }
.run-status { margin: 0.8rem 0 0; min-height: 1.65em; }
.run-status:empty, .run-summary:empty { display: none; }
.run:empty { display: none; }
.run, .transcript { margin: 1.6rem 0 0; padding: 0.9rem 1.1rem; border: 1px solid var(--rule); border-left: 4px solid var(--accent); border-radius: 0.4rem; background: var(--raised); font-size: 0.92rem; line-height: 1.5; }
.transcript { margin: 1.4rem 0; }
.run > summary { color: var(--muted); padding: 0.2rem 0; }
.run > :last-child, .transcript > :last-child { margin-bottom: 0; }
.run pre, .transcript pre { background: var(--panel); padding: 0.5rem 0.8rem; margin: 0 0 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.run code, .transcript code, .run-summary code { background: none; padding: 0; }
.step { margin-bottom: 0.8rem; }
.step .number { font-weight: 700; color: var(--accent); }
.step .title { font-weight: 600; }
.left-out { display: block; color: var(--warn); font-weight: 600; }
.machine { color: var(--muted); font-size: 0.88rem; }
.machine .legend { display: block; margin: 0; }
.observed { margin: 0.9rem 0; }
.subject { margin-bottom: 0.25rem; overflow-wrap: anywhere; }
.subject code { font-weight: 600; }
.subject .from, .around { color: var(--muted); font-size: 0.92em; }
.observed table { font: 0.86em/1.5 var(--mono); width: 100%; margin: 0 0 0.4rem; background: var(--panel); border-radius: 0.4rem; }
.observed th { text-align: left; font: 600 0.95em var(--sans); color: var(--muted); padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--rule); }
.observed td { vertical-align: top; padding: 0.12rem 0.6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.observed .beside td + td, .observed .beside th + th { width: 50%; }
.observed :is(td, th):first-child { width: 1.6em; padding-right: 0; text-align: center; white-space: nowrap; }
.observed .mark { font-weight: 700; }
.observed .changed td:last-child, .observed .added td:last-child { background: var(--good-ground); color: var(--good); font-weight: 600; }
.observed .changed .mark { color: var(--warn); }
.observed .added .mark { color: var(--good); }
.observed .removed .mark { color: var(--bad); }
.observed .removed td:nth-child(2) { background: var(--bad-ground); color: var(--bad); }
.observed .folded td { color: var(--muted); }
.changed-by { margin: 0; color: var(--warn); overflow-wrap: anywhere; }
.changed-by::before { content: "↳ "; content: "↳ " / ""; }
.changed-by code { color: var(--text); }
.call, p.folded, .folded > summary { margin: 0; padding: 0.1rem 0 0.1rem 5.6em; text-indent: -5.6em; overflow-wrap: anywhere; }
.call > *, p.folded > *, .folded > summary > * { text-indent: 0; }
.call::before, p.folded::before { content: ""; display: inline-block; width: 1.4em; text-indent: 0; color: var(--accent); font-weight: 700; }
.call.new::before { content: "●"; content: "●" / ""; font-size: 0.5em; width: 2.8em; vertical-align: middle; }
.call.failed::before { content: "✗"; content: "✗" / ""; color: var(--bad); }
.folded > summary { list-style: none; }
.folded > summary::-webkit-details-marker { display: none; }
.folded > summary::before { content: "▷"; content: "▷" / ""; display: inline-block; width: 1.4em; text-indent: 0; }
.folded[open] > summary::before { content: "▽"; content: "▽" / ""; }
.legend { margin-left: 1em; }
.legend > span { color: var(--accent); font-size: 0.6em; vertical-align: middle; }
.call i, .folded i { display: inline-block; width: 4.2em; color: var(--muted); font-size: 0.9em; font-style: normal; }
.folded > span, .folded > summary > span { font-size: 0.9em; }
.call:not(.new, .failed) code { color: var(--muted); }
.call b { font-weight: 700; color: var(--accent); }
.call samp { font: 0.86em var(--mono); color: var(--muted); }
.call.failed samp { color: var(--bad); font-weight: 600; }
p.folded, .folded > summary { color: var(--muted); }
.folded[open] > summary { margin-bottom: 0.3rem; }
.folded + .output, .call + .output, .call + .observed, .folded + .observed { margin-top: 0.9rem; }
.output { margin: 0 0 0.4rem; }
.command { margin: 0.5rem 0 0.25rem; overflow-wrap: anywhere; }
.command code { font-weight: 600; }
.output pre { border-left: 3px solid var(--rule); border-radius: 0; }
.output.stderr pre { border-left-color: var(--bad); }
.output.stderr pre::before { content: "! "; color: var(--bad); font-weight: 700; }
.measure { margin: 0.9rem 0; }
.measure figcaption { color: var(--text); font-size: inherit; }
.measure .value { font-size: 1.15em; margin-left: 0.3em; }
.plot { display: block; width: 100%; max-width: 46rem; height: auto; }
.plot .area { fill: var(--accent); fill-opacity: 0.16; }
.plot .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.plot .axis path { stroke: var(--edge); fill: none; }
.plot .grid path { stroke: var(--rule); fill: none; }
.plot text { font: 12px var(--sans); fill: var(--muted); }
.check { margin: 0; padding: 0.3rem 0 0.3rem 1.7em; text-indent: -1.7em; overflow-wrap: anywhere; }
.check > * { text-indent: 0; }
.check .mark { display: inline-block; width: 1.7em; font-weight: 700; }
.check .word { font-size: 0.8em; padding: 0.1em 0.5em; border-radius: 0.3em; margin-right: 0.3em; }
.check .name { font-weight: 600; }
.check .found { color: var(--muted); margin-left: 0.3em; }
.check .found code { color: var(--text); }
.check.held .mark { color: var(--good); }
.check.held .word { color: var(--good); background: var(--good-ground); }
.check.failed .mark { color: var(--bad); }
.check.failed .word { color: var(--bad); background: var(--bad-ground); }
.end { padding: 0.2rem 0; }
.end p { margin: 0.3rem 0; }
.end .verdict { font-size: 1.1rem; font-weight: 700; }
.end.held .verdict { color: var(--good); }
.end.failed .verdict { color: var(--bad); }
.end.impossible .verdict { color: var(--warn); }
@media (max-width: 40em) {
  .run, .transcript { padding: 0.7rem 0.8rem; }
  .call, p.folded, .folded > summary { padding-left: 1.4em; text-indent: -1.4em; }
  .call i, .folded i { width: auto; margin-right: 0.4em; }
  .plot text { font-size: 19px; }
}
`;
