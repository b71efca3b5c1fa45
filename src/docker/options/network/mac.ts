import { UserError } from '../../../kernel/errors/user-error.js';

/** A MAC address as a link can have it, in lower case with colons. Throws UserError (2), in docker's words. */
export function parseMac(value: string): string {
  const text = value.trim().toLowerCase().replaceAll('-', ':');
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text)) throw notValid(value, 'six bytes in hexadecimal');
  if (Number.parseInt(text.slice(0, 2), 16) & 1) {
    throw notValid(value, 'the lowest bit of its first byte says that it is of many (multicast), and a link is one');
  }
  if (/^[0:]+$/.test(text)) throw notValid(value, 'all zero is nobody');
  return text;
}

function notValid(value: string, why: string): UserError {
  return new UserError(`${value} is not a valid mac address: ${why}`, 2, 'Such as 02:42:ac:1e:00:09.');
}
