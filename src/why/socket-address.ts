/** struct sockaddr by family: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET (include/linux/socket.h). */
export function renderAddress(bytes: Buffer | undefined): string | undefined {
  if (!bytes || bytes.length < 16) return undefined;
  const family = bytes.readUInt16LE(0);
  if (family === 1)
    return `{AF_UNIX, ${JSON.stringify(bytes.toString('utf8', 2).replace(/^\0/, '@').replace(/\0.*$/s, ''))}}`;
  if (family === 2) return `{AF_INET, ${[...bytes.subarray(4, 8)].join('.')}, port ${bytes.readUInt16BE(2)}}`;
  if (family === 10) return `{AF_INET6, port ${bytes.readUInt16BE(2)}}`;
  if (family === 16) return '{AF_NETLINK}';
  return family === 17 ? '{AF_PACKET}' : `{family ${family}}`;
}
