/** What the script adds to a page: the state of a run at the edge of the window, the kernel's word on an answer, the keys. */
export const SCRIPT = `
.run-bar { position: fixed; inset: auto 1rem 1rem auto; z-index: 3; display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1rem; max-width: min(40rem, calc(100vw - 2rem)); padding: 0.5rem 0.9rem; font-size: 0.9rem; background: var(--raised); border: 1px solid var(--edge); border-radius: 0.5rem; box-shadow: 0 2px 12px #0004; }
.run-bar[hidden], [data-stop]:disabled { display: none; }
button[aria-disabled="true"], button[aria-disabled="true"]:hover { color: var(--muted); background: var(--panel); border-color: var(--rule); cursor: default; }
.run-status { margin-bottom: 0.6rem; }
.run-bar[data-state="broken"], .run-status[data-state="broken"] { border-left: 4px solid var(--bad); padding-left: 0.8rem; }
.run-bar a { font-weight: 600; }
main section:focus-visible { outline: none; }
main section:focus-visible > h2 { outline: 3px solid var(--accent); outline-offset: 4px; border-radius: 0.15em; }
.withheld { margin: 1.6rem 0 0; padding: 0.7rem 1.1rem; border: 1px dashed var(--edge); border-radius: 0.4rem; color: var(--muted); }
.predict > .verdict { margin: 0.8rem 0 0; font-size: 1rem; }
.predict > .verdict:empty { display: none; }
.predict[data-verdict="agrees"] > .verdict { color: var(--good); }
.predict[data-verdict="disagrees"] > .verdict { color: var(--bad); }
.predict[data-verdict="unclear"] > .verdict { color: var(--warn); }
dialog.keys { color: var(--text); background: var(--raised); border: 1px solid var(--edge); border-radius: 0.6rem; padding: 1.2rem 1.6rem; max-width: 32rem; }
dialog.keys::backdrop { background: #0008; }
dialog.keys h2 { font-size: 1.2rem; }
dialog.keys dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.4rem 1.2rem; }
dialog.keys dd { margin: 0; }
kbd { background: var(--panel); border: 1px solid var(--edge); border-radius: 0.25em; padding: 0.1em 0.45em; }
@media print { .run-bar, .withheld button, dialog { display: none !important; } }
`;
