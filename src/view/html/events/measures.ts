import type { Measurement } from '../../../lab/events.js';
import { humanise } from '../../text/figures.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';
import { plotSvg } from './plot.js';

/** The figure, and its series as a plot with axes where there is one. */
export function measureHtml(measure: Measurement, words: Words): Html {
  const { name, value, unit, series = [] } = measure;
  const figure = html`<span class="name">${words.named(name)}</span> <b class="value">${humanise(value, unit)}</b>`;
  if (series.length < 2) return html`<p class="measure">${figure}</p>`;
  return html`<figure class="measure"><figcaption>${figure}</figcaption>${plotSvg(measure, words)}</figure>`;
}
