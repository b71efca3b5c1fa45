import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/state/nearest.js';

const NAMES = ['bridge', 'host', 'none', 'back-end', 'back-office'];

describe('the name that is meant', () => {
  it.each([
    ['bridg', 'bridge'],
    ['hots', 'host'],
    ['n', 'none'],
    ['back-e', 'back-end'],
    ['ba', undefined],
    ['', undefined],
    ['something', undefined],
  ])('by %s is %s', (given, name) => {
    expect(nearest(given, NAMES)).toBe(name);
  });
});
