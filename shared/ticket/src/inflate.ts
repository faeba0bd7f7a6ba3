/** Zlib (RFC 1950) by the platform's streams, with a bound on what comes out. */
import { TrustError } from './trust-error.ts';

/** Compresses bytes. */
export const deflate = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  collect(streamOf(bytes).pipeThrough(new CompressionStream('deflate')), Number.MAX_SAFE_INTEGER);

/**
 * Decompresses at most `mostBytes`; a bomb is refused as soon as it grows beyond them.
 * Throws TrustError `too_large`, or `malformed` for anything but exactly one whole zlib stream.
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  mostBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await collect(streamOf(bytes).pipeThrough(new DecompressionStream('deflate')), mostBytes);
  } catch (error) {
    if (error instanceof TrustError) throw error;
    throw new TrustError('malformed', 'not a zlib stream');
  }
}

const streamOf = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  mostBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not every browser can iterate over a stream.
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.length;
    if (length > mostBytes) {
      await reader.cancel();
      throw new TrustError('too_large', `inflates to more than ${mostBytes} bytes`);
    }
    chunks.push(read.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
