import { expect, it } from 'vitest';
import type { LabEvent } from '../../../src/lab/events.js';
import { Lab } from '../../../src/lab/lab.js';

const { signal } = new AbortController();
const told: LabEvent[] = [];
const lab = new Lab({ skip: new Set(), flags: {}, language: 'en', rootfs: undefined, signal }, async (event) => {
  told.push(event);
});

it.each([
  ['the same text', 'box', 'box', true],
  ['the same number', 32, '32', true],
  ['another text', 'vm', 'vm', false],
  ['nothing to read', null, 'not there', false],
  ['an empty answer', '', 'not there', false],
])('a check tells %s in words, and whether that is what was expected', async (_, found, actual, held) => {
  const expected = held ? actual : 'box';
  await lab.check('its name', expected, found);
  expect(told.at(-1)).toMatchObject({ type: 'check', expected, actual, held });
});
