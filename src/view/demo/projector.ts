import { Chalk, type ChalkInstance } from 'chalk';

/**
 * Colours that show on a projector, whatever the background: yellow and cyan vanish on white, and what is dim vanishes anywhere.
 * Green, red and magenta do not, and none of them says anything that no word or symbol says.
 */
export function projectorPaint(level: 0 | 1): ChalkInstance {
  const paint = new Chalk({ level });
  return Object.create(paint, {
    yellow: { value: paint.magenta },
    cyan: { value: paint.magenta },
    dim: { value: paint },
  });
}
