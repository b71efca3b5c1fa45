import { type Html, html } from '../html.js';
import { headOf, type Stroke } from './arms.js';
import { type Cell, type Grid, parseGrid, widthOf } from './cells.js';
import { type Line, linesOf } from './lines.js';
import { type TextRun, textsOf } from './texts.js';

/** Size of a cell. A fixed-width letter is 0.6 of its size wide, so the letters are 15 high (style/lesson.css). */
const [WIDTH, HEIGHT] = [9, 20];

/** A drawing in box-drawing characters as SVG, in the colour of the text around it. */
export function diagramSvg(art: string, title: string): Html {
  const grid = parseGrid(art);
  const [width, height] = [widthOf(grid) * WIDTH, grid.length * HEIGHT];
  return html`<svg class="drawn" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"><title>${title}</title>
${(['thin', 'thick', 'dashed'] as const).map((stroke) => strokeSvg(linesOf(grid), stroke))}${cornersSvg(grid)}${headsSvg(grid)}
<g class="words">${textsOf(grid).map(textSvg)}</g></svg>`;
}

function strokeSvg(lines: readonly Line[], stroke: Stroke): Html | undefined {
  const paths = lines.filter((line) => line.stroke === stroke).map(({ from, to }) => `M${point(from)}L${point(to)}`);
  return paths.length === 0 ? undefined : html`<path class="${stroke}" d="${paths.join('')}"/>`;
}

function point([x, y]: readonly [number, number]): string {
  return `${(x * WIDTH) / 2} ${(y * HEIGHT) / 2}`;
}

const EDGES = { u: [1, 0], r: [2, 1], d: [1, 2], l: [0, 1] } as const;

/** Rounded corners: an arc from one edge of the cell to another, around its middle. */
function cornersSvg(grid: Grid): Html | undefined {
  const arcs = places(grid, (cell) => cell.arms?.round).map(({ cell, at: [x, y] }) => {
    const [from, to] = [...(cell.arms?.to ?? '')].map((edge) => EDGES[edge as keyof typeof EDGES]);
    const middle = point([2 * x + 1, 2 * y + 1]);
    return from && to
      ? `M${point([2 * x + from[0], 2 * y + from[1]])}Q${middle} ${point([2 * x + to[0], 2 * y + to[1]])}`
      : '';
  });
  return arcs.length === 0 ? undefined : html`<path class="thin" d="${arcs.join('')}"/>`;
}

/** Tip and the two other corners of an arrow that points up, from the middle of its cell, in units of the drawing. */
const HEAD = {
  u: [
    [0, -8],
    [-5, 3],
    [5, 3],
  ],
  r: [
    [5, 0],
    [-5, -5],
    [-5, 5],
  ],
  d: [
    [0, 8],
    [-5, -3],
    [5, -3],
  ],
  l: [
    [-5, 0],
    [5, -5],
    [5, 5],
  ],
} as const;

function headsSvg(grid: Grid): Html | undefined {
  const heads = places(grid, ({ character }) => headOf(character)).map(({ cell, at: [x, y] }) => {
    const corners = HEAD[headOf(cell.character) ?? 'u'];
    const [cx, cy] = [(x + 0.5) * WIDTH, (y + 0.5) * HEIGHT];
    return `M${corners.map(([dx, dy]) => `${cx + dx} ${cy + dy}`).join('L')}Z`;
  });
  return heads.length === 0 ? undefined : html`<path class="heads" d="${heads.join('')}"/>`;
}

function places(grid: Grid, wanted: (cell: Cell) => unknown): { cell: Cell; at: readonly [number, number] }[] {
  return grid.flatMap((row, y) =>
    row.flatMap((cell, x) => (cell && wanted(cell) ? [{ cell, at: [x, y] as const }] : [])),
  );
}

/** As wide as its columns, whatever font the reader has. */
function textSvg({ text, row, column, width, wide }: TextRun): Html {
  const [x, y] = [column * WIDTH, row * HEIGHT + 15];
  return html`<text x="${x}" y="${y}" textLength="${width * WIDTH}"${wide && html` class="wide"`}>${text}</text>`;
}
