/**
 * Every colour, light and dark. Text on its ground has a contrast of 4.5 or more (WCAG AA; test/kernel/site.test.ts asks axe-core).
 * The reader's system decides, and data-theme on the root where the reader has.
 */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fdfcf9, #14171b);
  --panel: light-dark(#f4f1ea, #1d2127);
  --raised: light-dark(#ffffff, #22272e);
  --text: light-dark(#23272c, #e4e7eb);
  --muted: light-dark(#59616c, #a5aeba);
  --rule: light-dark(#d8d3c8, #3a414b);
  --edge: light-dark(#8b8778, #76808d);
  --accent: light-dark(#0b5c87, #82c7f2);
  --accent-ground: light-dark(#e4f0f6, #16303f);
  --good: light-dark(#17653a, #79d597);
  --good-ground: light-dark(#e5f3e8, #17301f);
  --bad: light-dark(#ad1f18, #ff9a91);
  --bad-ground: light-dark(#fbe9e6, #401c1a);
  --warn: light-dark(#7a4f00, #f2c76d);
  --warn-ground: light-dark(#fdf3d8, #362c12);
  --hl-keyword: light-dark(#8a2363, #f29bc9);
  --hl-function: light-dark(#0b5c87, #82c7f2);
  --hl-type: light-dark(#0c6468, #75d5d8);
  --hl-string: light-dark(#2f6318, #a9d68c);
  --hl-number: light-dark(#94400a, #f5b183);
  --hl-constant: light-dark(#6a3fa0, #c9b1f7);
  --hl-comment: light-dark(#636872, #9aa3ae);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
`;
