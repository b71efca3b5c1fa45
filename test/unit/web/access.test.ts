import { describe, expect, it } from 'vitest';
import { Access } from '../../../src/web/server/access.js';

const nobody = () => undefined;

describe('the token', () => {
  it('has 128 bits or more, and is another one each time', () => {
    const [one, other] = [new Access().token, new Access().token];
    expect(Buffer.from(one, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(one).not.toBe(other);
  });

  it('lets in as often as it is shown, and nothing else does', () => {
    const access = new Access();
    expect([
      access.knows(access.token),
      access.admits(access.token, nobody),
      access.admits(access.token, nobody),
    ]).toEqual([true, true, true]);
    for (const wrong of ['', 'x', access.token.slice(1), `${access.token}x`, access.token.toLowerCase()])
      expect([wrong, access.knows(wrong), access.admits(wrong, nobody)]).toEqual([wrong, false, false]);
    expect(access.knows(undefined)).toBe(false);
  });
});

describe('a ticket', () => {
  it('lets in once', () => {
    const access = new Access();
    const ticket = access.giveTicket(1000);
    expect([access.admits(ticket, () => 1000), access.admits(ticket, () => 1000)]).toEqual([true, false]);
  });

  it('lets in its user, also after others have tried', () => {
    const access = new Access();
    const ticket = access.giveTicket(1000);
    for (const other of [0, 65534, undefined]) expect(access.admits(ticket, () => other)).toBe(false);
    expect(access.admits(ticket, () => 1000)).toBe(true);
  });

  it('is no token, and no cookie', () => {
    const access = new Access();
    const ticket = access.giveTicket(1000);
    expect([access.knows(ticket), access.remembers(ticket)]).toEqual([false, false]);
  });
});

describe('the cookie', () => {
  it('is no token, and gets none', () => {
    const access = new Access();
    expect([access.remembers(access.session), access.remembers(access.token)]).toEqual([true, false]);
    expect([access.knows(access.session), access.admits(access.session, nobody)]).toEqual([false, false]);
  });
});
