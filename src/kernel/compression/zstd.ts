/** zstd, by the library that dpkg, rpm and systemd need too: Node has it from 22.15 on. Source: zstd.h, "Streaming decompression". */
import { type ForeignFunction, type Koffi, loadKoffi } from '../koffi.js';

interface Zstd {
  readonly koffi: Koffi;
  readonly create: ForeignFunction;
  readonly free: ForeignFunction;
  readonly setParameter: ForeignFunction;
  readonly decompress: ForeignFunction;
  readonly isError: ForeignFunction;
  readonly errorName: ForeignFunction;
}

/** ZSTD_dParameter */
const ZSTD_d_windowLogMax = 100;
/** ZSTD_DStreamOutSize(): a whole block of any frame. */
const OUT = 131_072;

let loaded: Zstd | null | undefined;

/** Undefined where this machine has no libzstd. */
function libzstd(): Zstd | undefined {
  loaded ??= load();
  return loaded ?? undefined;
}

function load(): Zstd | null {
  const koffi = loadKoffi();
  try {
    const library = koffi.load('libzstd.so.1');
    return {
      koffi,
      create: library.func('ZSTD_createDCtx', 'uintptr_t', []),
      free: library.func('ZSTD_freeDCtx', 'size_t', ['uintptr_t']),
      setParameter: library.func('ZSTD_DCtx_setParameter', 'size_t', ['uintptr_t', 'int', 'int']),
      decompress: library.func('ZSTD_decompressStream', 'size_t', ['uintptr_t', 'void *', 'void *']),
      isError: library.func('ZSTD_isError', 'unsigned int', ['size_t']),
      errorName: library.func('ZSTD_getErrorName', 'str', ['size_t']),
    };
  } catch {
    return null;
  }
}

/** What cannot be decompressed, in the words of libzstd. */
export class ZstdError extends Error {}

/** Decompresses a stream that comes in pieces. */
export class ZstdDecompressor implements Disposable {
  readonly #zstd: Zstd;
  readonly #context: unknown;
  /** Whether a frame has begun, and has not ended. */
  #isInFrame = false;

  private constructor(zstd: Zstd, mostWindowLog: number) {
    this.#zstd = zstd;
    this.#context = zstd.create();
    this.#check(zstd.setParameter(this.#context, ZSTD_d_windowLogMax, mostWindowLog));
  }

  /** `mostWindowLog`: frames that need more memory than two to the power of that, in bytes, are refused. Undefined where there is no libzstd here. */
  static open(mostWindowLog: number): ZstdDecompressor | undefined {
    const zstd = libzstd();
    return zstd && new ZstdDecompressor(zstd, mostWindowLog);
  }

  /** Yields parts in memory of their own. Throws {@link ZstdError}. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    const input = new View(this.#zstd.koffi, piece);
    for (let isFull = false; isFull || input.position < piece.length; ) {
      const part = new Uint8Array(OUT);
      const output = new View(this.#zstd.koffi, part);
      const left = this.#check(this.#zstd.decompress(this.#context, output.bytes, input.bytes));
      this.#isInFrame = left !== 0n;
      isFull = output.position === part.length;
      if (output.position > 0) yield part.subarray(0, output.position);
    }
  }

  /** All has come. Throws {@link ZstdError} where that is not all of a frame. */
  end(): void {
    if (this.#isInFrame) throw new ZstdError('unexpected end of file');
  }

  [Symbol.dispose](): void {
    this.#zstd.free(this.#context);
  }

  #check(result: number | bigint): bigint {
    if (this.#zstd.isError(result)) throw new ZstdError(this.#zstd.errorName(result));
    return BigInt(result);
  }
}

/** ZSTD_inBuffer and ZSTD_outBuffer: an address, a length, and how far it is used. */
class View {
  readonly bytes: Uint8Array;
  readonly #words: BigUint64Array;

  constructor(koffi: Koffi, memory: Uint8Array) {
    this.#words = new BigUint64Array([koffi.address(memory), BigInt(memory.length), 0n]);
    this.bytes = new Uint8Array(this.#words.buffer);
  }

  get position(): number {
    return Number(this.#words[2]);
  }
}
