import { describe, expect, it } from 'vitest';
import { rawTermios } from '../../../src/kernel/terminal/termios.js';

/** What TCGETS gave for a pty after `stty sane`. */
const SANE = Uint8Array.from(
  Buffer.from('0225000005000000bf0000003b8a000000031c7f150400010011131a00120f1716000000', 'hex'),
);

const flagsOf = (settings: Uint8Array) => [...new Uint32Array(settings.slice(0, 16).buffer)];

describe('raw mode', () => {
  it('clears what cfmakeraw(3) clears, and no other bit', () => {
    expect(flagsOf(SANE)).toEqual([0x2502, 0x5, 0xbf, 0x8a3b]);
    // BRKINT, ICRNL, IXON go, IMAXBEL stays; OPOST goes, ONLCR stays; CS8 stays; ISIG, ICANON, ECHO, IEXTEN go, ECHOE … stay.
    expect(flagsOf(rawTermios(SANE))).toEqual([0x2000, 0x4, 0xbf, 0x0a30]);
  });

  it('gives every byte at once', () => {
    const raw = rawTermios(SANE);
    expect([raw[17 + 6], raw[17 + 5]]).toEqual([1, 0]);
  });

  it('leaves the settings that are to be restored as they are', () => {
    const before = Uint8Array.from(SANE);
    rawTermios(SANE);
    expect(SANE).toEqual(before);
  });
});
