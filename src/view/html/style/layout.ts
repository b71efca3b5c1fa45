/** What stands where: the head of the site, contents beside the text where there is room, the list of lessons. */
export const LAYOUT = `
.skip-link { position: absolute; left: 0.5rem; top: -6rem; padding: 0.5rem 1rem; background: var(--raised); z-index: 2; }
.skip-link:focus { top: 0.5rem; }
header.site { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.1rem; padding: 0.6rem clamp(1rem, 3vw, 2.5rem); border-bottom: 1px solid var(--rule); font-size: 0.9rem; }
header.site .home { font: 700 1.05rem var(--mono); text-decoration: none; color: var(--text); padding: 0.3rem 0; }
header.site .motto { color: var(--muted); }
header.site .languages { margin-left: auto; display: flex; gap: 1rem; }
header.site .languages a { padding: 0.3rem 0; }
main { max-width: 60rem; min-width: 0; padding: 2rem clamp(1rem, 3vw, 2.5rem) 3rem; }
.lesson { max-width: 77rem; margin: 0 auto; }
main > p, main > ul, main > ol, section > p, section > ul, section > ol, .callout { max-width: 46rem; }
.summary { font-size: 1.15rem; color: var(--muted); }
.minutes { white-space: nowrap; font-size: 0.85rem; color: var(--muted); border: 1px solid var(--rule); border-radius: 1em; padding: 0.1em 0.7em; }
.elsewhere { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; font-size: 0.85rem; max-width: 46rem; padding: 0.8rem 0; border-block: 1px solid var(--rule); }
.elsewhere dt { color: var(--muted); }
.elsewhere dd { margin: 0; font-family: var(--mono); font-size: 0.92em; overflow-wrap: anywhere; }
.elsewhere span { display: inline-block; max-width: 100%; }
section { margin-top: 3rem; }
section section { margin-top: 1.6rem; }
.anchor { text-decoration: none; font-weight: 400; color: var(--muted); opacity: 0; padding: 0 0.2em; }
h2:hover .anchor, h3:hover .anchor, .anchor:focus { opacity: 1; }
section:target > h2, section:target > h3 { text-decoration: underline; text-decoration-color: var(--accent); text-decoration-thickness: 0.12em; text-underline-offset: 0.25em; }
.step-line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.7rem; margin-top: -0.4rem; font-size: 0.85rem; color: var(--muted); }
.step-line button { font-size: 0.85rem; min-height: 2rem; padding: 0.1rem 0.7rem; }
.toc { font-size: 0.88rem; line-height: 1.4; padding: 1rem clamp(1rem, 3vw, 2.5rem) 0; }
.toc summary { font-weight: 600; padding: 0.4rem 0; }
.toc ol { list-style: none; margin: 0.4rem 0 0; padding: 0; }
.toc li + li { margin: 0; }
.toc a { display: block; padding: 0.3rem 0 0.3rem 0.8rem; color: var(--muted); text-decoration: none; border-left: 2px solid var(--rule); }
.toc .step a { color: var(--text); }
.toc a:hover, .toc a[aria-current] { color: var(--accent); border-color: var(--accent); }
@media (min-width: 64em) {
  .lesson { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 1rem; }
  .lesson > .toc { grid-column: 1; padding: 2.4rem 0 1rem 1.5rem; }
  .lesson > .toc > details { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; }
  @supports selector(::details-content) {
    .toc details::details-content { content-visibility: visible; display: block; }
    .toc summary { pointer-events: none; list-style: none; }
  }
}
.neighbours { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); align-items: end; gap: 1rem; max-width: 77rem; margin: 0 auto; padding: 1.2rem clamp(1rem, 3vw, 2.5rem) 2.5rem; border-top: 1px solid var(--rule); }
.neighbours a { padding: 0.3rem 0; }
.neighbours span { display: block; font-size: 0.85rem; color: var(--muted); }
.neighbours [rel="next"] { text-align: right; }
main.index { margin: 0 auto; max-width: 54rem; }
.lessons { list-style: none; padding: 0; margin: 2rem 0 0; }
.lessons li { margin: 0; padding: 1.1rem 0; border-top: 1px solid var(--rule); }
.lessons li > a { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.1rem 0.8rem; text-decoration: none; }
.lessons .title { font-size: 1.25rem; font-weight: 600; }
.lessons li > a:hover .title { text-decoration: underline; }
.lessons .id { color: var(--muted); background: none; padding: 0; }
.lessons p { margin: 0.25rem 0 0; }
.lessons .progress { font-size: 0.85rem; margin-left: 0.5rem; color: var(--muted); }
.progress.held { color: var(--good); }
.progress.failed { color: var(--bad); }
@media (max-width: 40em) {
  header.site .motto { display: none; }
  .elsewhere { grid-template-columns: 1fr; }
  .elsewhere dd + dt { margin-top: 0.4rem; }
  .neighbours [rel="next"] { text-align: left; }
}
`;
