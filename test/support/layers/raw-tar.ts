/** Archives with what no program would write. */

/** Fields of a header: a number becomes octal digits, a string or bytes stand there as they are. */
export interface RawMember {
  readonly name?: string | Buffer;
  readonly mode?: number | string | Buffer;
  readonly uid?: number | string | Buffer;
  readonly gid?: number | string | Buffer;
  readonly size?: number | string | Buffer;
  readonly mtime?: number | string | Buffer;
  readonly type?: string;
  readonly link?: string | Buffer;
  readonly magic?: string;
  readonly device?: readonly [number | Buffer, number | Buffer];
  readonly prefix?: string;
  readonly checksum?: string;
  readonly content?: string | Buffer;
}

/** A member: header, content, and zeros up to a whole block. */
export function member(fields: RawMember): Buffer {
  const content = Buffer.from(fields.content ?? '');
  const header = Buffer.alloc(512);
  const put = (at: number, length: number, value: number | string | Buffer) =>
    Buffer.from(typeof value === 'number' ? value.toString(8).padStart(length - 1, '0') : value).copy(
      header,
      at,
      0,
      length,
    );
  put(0, 100, fields.name ?? 'file');
  put(100, 8, fields.mode ?? 0o644);
  put(108, 8, fields.uid ?? 0);
  put(116, 8, fields.gid ?? 0);
  put(124, 12, fields.size ?? content.length);
  put(136, 12, fields.mtime ?? 1_700_000_000);
  put(156, 1, fields.type ?? '0');
  put(157, 100, fields.link ?? '');
  put(257, 8, fields.magic ?? 'ustar\x0000');
  put(329, 8, fields.device?.[0] ?? 0);
  put(337, 8, fields.device?.[1] ?? 0);
  put(345, 155, fields.prefix ?? '');
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(148, 8, fields.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** An extended header of records, before the member that it is about. */
export function pax(records: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    const length = [1, 2, 3, 4, 5, 6].map((digits) => rest.length + digits).find((sum, i) => `${sum}`.length === i + 1);
    return Buffer.concat([Buffer.from(`${length}`), rest]);
  });
  return member({ type: 'x', name: 'PaxHeaders/0', content: Buffer.concat(parts) });
}

/** A number in binary, as GNU tar has it where octal digits do not suffice. */
export function base256(value: bigint, length: number): Buffer {
  const hex = BigInt.asUintN(8 * length - 1, value)
    .toString(16)
    .padStart(2 * length, '0');
  const bytes = Buffer.from(hex, 'hex');
  bytes[0] = (bytes[0] as number) | 0x80;
  return bytes;
}

export const END = Buffer.alloc(1024);

export function archive(...members: readonly Buffer[]): Buffer {
  return Buffer.concat([...members, END]);
}
