import { describe, expect, it } from 'vitest';
import { portList } from '../../../src/docker/output/ports.js';
import type { ShownPort } from '../../../src/docker/ports.js';

/** `0.0.0.0 8080 80/tcp`, or `80/tcp` alone. */
function port(text: string): ShownPort {
  const words = text.split(' ');
  const [number = '', protocol] = (words.at(-1) as string).split('/');
  const [ip = '', hostPort] = words;
  const host = words.length > 1 ? { host: { ip, port: Number(hostPort) } } : {};
  return { ...host, containerPort: Number(number), protocol: protocol as ShownPort['protocol'] };
}

describe('PORTS of ps', () => {
  // The rows are those of docker's own test (cli/command/formatter/container_test.go, TestDisplayablePorts) and of its rules.
  it.each([
    [[], ''],
    [['9988/tcp'], '9988/tcp'],
    [['9988/udp'], '9988/udp'],
    [['0.0.0.0 8088 1234/tcp', ':: 8088 1234/tcp'], '0.0.0.0:8088->1234/tcp, [::]:8088->1234/tcp'],
    [['4.3.2.1 8899 9988/tcp'], '4.3.2.1:8899->9988/tcp'],
    [['4.3.2.1 9988 9988/tcp'], '4.3.2.1:9988->9988/tcp'],
    [['9988/udp', '9988/tcp'], '9988/tcp, 9988/udp'],
    [['1.2.3.4 9998 9998/udp', '1.2.3.4 9999 9999/udp'], '1.2.3.4:9998-9999->9998-9999/udp'],
    [['1.2.3.4 8887 9998/udp', '1.2.3.4 8888 9999/udp'], '1.2.3.4:8887->9998/udp, 1.2.3.4:8888->9999/udp'],
    [['9998/udp', '9999/udp'], '9998-9999/udp'],
    [['1.2.3.4 6677 9998/tcp', '2.3.4.5 6677 9999/tcp'], '1.2.3.4:6677->9998/tcp, 2.3.4.5:6677->9999/tcp'],
    [[':: 80 80/tcp', ':: 81 81/tcp'], '[::]:80-81->80-81/tcp'],
    [['80/tcp', '81/tcp', '90/tcp', '53/udp'], '80-81/tcp, 53/udp, 90/tcp'],
    [['1.1.1.1 80 80/tcp', '80/udp', '1.1.1.1 1024 10/tcp'], '80/udp, 1.1.1.1:80->80/tcp, 1.1.1.1:1024->10/tcp'],
    [['100/tcp', '20/tcp'], '20/tcp, 100/tcp'],
  ])('of %j are %j', (ports, text) => expect(portList(ports.map(port))).toBe(text));
});
