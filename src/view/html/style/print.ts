/** On paper: black on white, no navigation, addresses of links written out. */
export const PRINT = `
@media print {
  :root { color-scheme: light; font-size: 10.5pt; --ground: #fff; --panel: #f6f6f6; --raised: #fff; }
  header.site, .toc, .neighbours, .skip-link, .run-lab, .anchor, .step-line button, .predict button { display: none !important; }
  .lesson { display: block; max-width: none; }
  main { max-width: none; padding: 0; }
  section { margin-top: 1.6rem; }
  h1, h2, h3, figcaption, .subject { break-after: avoid; }
  pre, figure, .callout, .predict, tr, .check { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #ccc; }
  a { color: inherit; }
  main a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; overflow-wrap: anywhere; }
  .drawn, .plot { max-width: 100%; }
}
`;
