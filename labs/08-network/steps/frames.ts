/** Frames of Ethernet in words, as far as this lab makes them: ARP, IPv4 with TCP, UDP and ICMP, VXLAN. */
import { addressText } from '../../../src/kernel/sockets/ip-address.js';

const ETHERNET = 14;
const ARP = 0x0806;
const IPV4 = 0x0800;

/** One line for a frame; undefined for what is of no interest here, as the kernel's own messages of IPv6. */
export function frameText(frame: Buffer): string | undefined {
  if (frame.length < ETHERNET) return undefined;
  const type = frame.readUInt16BE(12);
  const payload = frame.subarray(ETHERNET);
  if (type === ARP) return arpText(payload);
  return type === IPV4 ? ipText(payload) : undefined;
}

/** What a trace shows of a frame of no interest here. */
export const OTHER = '{other}';

export function describeFrame(frame: Uint8Array): string {
  const text = frameText(Buffer.from(frame));
  return text === undefined ? OTHER : `{${text}}`;
}

/** RFC 826: who has an address is asked of all; who has it answers. */
function arpText(packet: Buffer): string | undefined {
  if (packet.length < 28) return undefined;
  const [sender, target] = [addressText(packet.subarray(14, 18)), addressText(packet.subarray(24, 28))];
  const mac = packet
    .subarray(8, 14)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:');
  return packet.readUInt16BE(6) === 1 ? `ARP: who has ${target}? tell ${sender}` : `ARP: ${sender} is at ${mac}`;
}

const PROTOCOLS: Readonly<Record<number, (packet: Buffer) => string>> = { 1: icmpText, 6: tcpText, 17: udpText };

/** RFC 791 */
function ipText(packet: Buffer): string | undefined {
  if (packet.length < 20) return undefined;
  const [source, destination] = [addressText(packet.subarray(12, 16)), addressText(packet.subarray(16, 20))];
  const payload = packet.subarray(4 * ((packet[0] as number) & 0xf));
  const describe = PROTOCOLS[packet[9] as number];
  return describe && payload.length >= 8 ? `${source} → ${destination} ${describe(payload)}` : undefined;
}

function icmpText(packet: Buffer): string {
  const names: Readonly<Record<number, string>> = { 0: 'echo reply', 3: 'unreachable', 8: 'echo request' };
  return `ICMP ${names[packet[0] as number] ?? packet[0]}`;
}

/** The bits of a TCP header that are of interest (RFC 9293). */
const TCP_FLAGS = { FIN: 1, SYN: 2, RST: 4, ACK: 16 };

function tcpText(packet: Buffer): string {
  const flags = Object.entries(TCP_FLAGS).filter(([, bit]) => (packet[13] as number) & bit);
  return `TCP ${packet.readUInt16BE(2)} ${flags.map(([name]) => name).join(' ')}`;
}

/** RFC 7348: behind UDP's header of eight bytes come eight of VXLAN's, then a whole frame. */
function udpText(packet: Buffer): string {
  const port = packet.readUInt16BE(2);
  if (port !== 4789 || packet.length < 16) return `UDP ${port}`;
  const id = packet.readUIntBE(12, 3);
  return `UDP 4789 VXLAN ${id} [${frameText(packet.subarray(16)) ?? 'other'}]`;
}
