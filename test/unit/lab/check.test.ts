import { expect, it } from 'vitest';
import { Lab } from '../../../src/lab/lab.js';

const { signal } = new AbortController();
const lab = new Lab({ skip: new Set(), flags: {}, language: 'en', rootfs: undefined, signal });

it.each([
  ['the same text', 'box', 'box', true],
  ['the same number', 32, '32', true],
  ['another text', 'vm', 'vm', false],
  ['nothing to read', null, 'not there', false],
  ['an empty answer', '', 'not there', false],
])('a check tells %s in words, and whether that is what was expected', async (_, found, actual, held) => {
  const expected = held ? actual : 'box';
  const events = lab.check('its name', expected, found);
  expect((await events.next()).value).toMatchObject({ type: 'check', expected, actual, held });
});
