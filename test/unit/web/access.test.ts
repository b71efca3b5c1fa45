import { describe, expect, it } from 'vitest';
import { Access } from '../../../src/web/server/access.js';

describe('the token', () => {
  it('has 128 bits or more, and is another one each time', () => {
    const [one, other] = [new Access().token, new Access().token];
    expect(Buffer.from(one, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(one).not.toBe(other);
  });

  it('lets in as often as it is shown, and nothing else does', () => {
    const access = new Access();
    expect([access.knows(access.token), access.admits(access.token), access.admits(access.token)]).toEqual([
      true,
      true,
      true,
    ]);
    for (const wrong of ['', 'x', access.token.slice(1), `${access.token}x`, access.token.toLowerCase()])
      expect([wrong, access.knows(wrong), access.admits(wrong)]).toEqual([wrong, false, false]);
    expect(access.knows(undefined)).toBe(false);
  });
});

describe('a ticket', () => {
  it('lets in once', () => {
    const access = new Access();
    const ticket = access.giveTicket();
    expect([access.admits(ticket), access.admits(ticket)]).toEqual([true, false]);
  });

  it('is no token', () => {
    const access = new Access();
    expect(access.knows(access.giveTicket())).toBe(false);
  });
});
