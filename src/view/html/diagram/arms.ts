/** How a line is drawn. */
export type Stroke = 'thin' | 'thick' | 'dashed';

/** The lines that a box-drawing character has, from its middle to the edges named. */
export interface Arms {
  /** Some of `u`, `r`, `d`, `l`. */
  readonly to: string;
  readonly stroke: Stroke;
  /** The corner is an arc. */
  readonly round?: true;
}

// Two lines beside each other are drawn as a thick one.
const CHARACTERS: readonly (readonly [stroke: Stroke, to: Readonly<Record<string, string>>])[] = [
  ['thin', { '─': 'lr', '│': 'ud', '┌': 'rd', '┐': 'ld', '└': 'ur', '┘': 'ul' }],
  ['thin', { '├': 'udr', '┤': 'udl', '┬': 'lrd', '┴': 'lru', '┼': 'udlr', '╴': 'l', '╵': 'u', '╶': 'r', '╷': 'd' }],
  ['thick', { '═': 'lr', '║': 'ud', '╔': 'rd', '╗': 'ld', '╚': 'ur', '╝': 'ul' }],
  ['thick', { '╠': 'udr', '╣': 'udl', '╦': 'lrd', '╩': 'lru', '╬': 'udlr', '━': 'lr', '┃': 'ud' }],
  [
    'thick',
    { '┏': 'rd', '┓': 'ld', '┗': 'ur', '┛': 'ul', '┣': 'udr', '┫': 'udl', '┳': 'lrd', '┻': 'lru', '╋': 'udlr' },
  ],
  ['dashed', { '┄': 'lr', '┆': 'ud', '┈': 'lr', '┊': 'ud', '╌': 'lr', '╎': 'ud' }],
];
const ROUND: Readonly<Record<string, string>> = { '╭': 'rd', '╮': 'ld', '╰': 'ur', '╯': 'ul' };

const ARMS = new Map<string, Arms>([
  ...CHARACTERS.flatMap(([stroke, all]) => Object.entries(all).map(([key, to]) => [key, { to, stroke }] as const)),
  ...Object.entries(ROUND).map(([key, to]) => [key, { to, stroke: 'thin', round: true }] as const),
]);

/** Undefined for a character that is no line. */
export function armsOf(character: string): Arms | undefined {
  return ARMS.get(character);
}

/** Where the head of an arrow points; undefined for a character that is none. */
export function headOf(character: string): 'u' | 'r' | 'd' | 'l' | undefined {
  return HEADS[character];
}

const HEADS: Readonly<Record<string, 'u' | 'r' | 'd' | 'l'>> = {
  '▲': 'u',
  '▶': 'r',
  '►': 'r',
  '▼': 'd',
  '◀': 'l',
  '◄': 'l',
};
