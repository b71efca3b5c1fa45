/** Settings of a terminal: termios(3), and the window size of ioctl_tty(2). */
import { buffer, bytes, integer, named, syscall } from '../arguments.js';
import { callUntraced } from '../call.js';

const TCGETS = 0x5401;
const TCSETSW = 0x5403;
const TIOCGWINSZ = 0x5413;
const TIOCGDEV = 0x80045432;

/** struct termios of the kernel: four words of flags, the line discipline, 19 control characters (asm-generic/termbits.h). */
const SIZE = 36;
const C_CC = 17;
const VTIME = 5;
const VMIN = 6;

const RAW = {
  // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
  input: 0o1 | 0o2 | 0o10 | 0o40 | 0o100 | 0o200 | 0o400 | 0o2000,
  // OPOST
  output: 0o1,
  // CSIZE PARENB
  control: 0o60 | 0o400,
  // ECHO ECHONL ICANON ISIG IEXTEN
  local: 0o10 | 0o100 | 0o2 | 0o1 | 0o100000,
};
const CS8 = 0o60;

/** The settings of the terminal behind a descriptor; undefined where it is none. */
export function readTermios(fd: number): Uint8Array | undefined {
  const settings = new Uint8Array(SIZE);
  const result = callUntraced(syscall('ioctl', integer(fd), named('TCGETS', TCGETS), buffer(settings)));
  return result < 0 ? undefined : settings;
}

/**
 * The number of the terminal behind a descriptor: /dev/tty has that of the terminal that it stands for.
 * Undefined where it is not a terminal.
 */
export function terminalDevice(fd: number): number | undefined {
  const device = new Uint32Array(1);
  const into = new Uint8Array(device.buffer);
  const result = callUntraced(syscall('ioctl', integer(fd), named('TIOCGDEV', TIOCGDEV), buffer(into)));
  return result < 0 ? undefined : device[0];
}

/** Sets them, after all output has been written. */
export function writeTermios(fd: number, settings: Uint8Array): void {
  callUntraced(syscall('ioctl', integer(fd), named('TCSETSW', TCSETSW), bytes(settings, '{…}')));
}

/** The same settings in raw mode, as cfmakeraw(3) makes them: every byte is passed on at once, Ctrl-C too. */
export function rawTermios(settings: Uint8Array): Uint8Array {
  const made = new Uint8Array(settings);
  const words = new Uint32Array(made.buffer, 0, 4);
  const [input = 0, output = 0, control = 0, local = 0] = words;
  words.set([input & ~RAW.input, output & ~RAW.output, (control & ~RAW.control) | CS8, local & ~RAW.local]);
  made[C_CC + VMIN] = 1;
  made[C_CC + VTIME] = 0;
  return made;
}

/** glibc and musl leave room for 32 control characters. */
const NCCS = 32;

/** The settings as `stty -g` prints them, and stty(1) takes them: four words of flags and the control characters, in hexadecimal. */
export function sttyWords(settings: Uint8Array): string {
  const flags = new Uint32Array(settings.slice(0, 16).buffer);
  const controls = Uint8Array.from({ length: NCCS }, (_, i) => settings[C_CC + i] ?? 0);
  return [...flags, ...controls].map((number) => number.toString(16)).join(':');
}

/** Size of the window behind a descriptor, in characters; undefined where it is no terminal, or has none. */
export function windowSize(fd: number): { columns: number; rows: number } | undefined {
  const size = new Uint16Array(4);
  const into = new Uint8Array(size.buffer);
  if (callUntraced(syscall('ioctl', integer(fd), named('TIOCGWINSZ', TIOCGWINSZ), buffer(into))) < 0) return undefined;
  const [rows = 0, columns = 0] = size;
  return rows > 0 && columns > 0 ? { columns, rows } : undefined;
}
