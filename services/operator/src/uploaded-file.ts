/** A file in a request's body, put on disk as it arrives: memory stays the same however large it is. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from '@vedong/runtime/problem';
import type { Request } from 'express';

export const uploadLimitBytes = 256_000_000;

/** The file is gone when `use` is done. Throws `body_too_large` or `broken_body`. */
export async function withUploadedFile<T>(request: Request, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vedong-upload-'));
  try {
    const path = join(folder, 'upload');
    const bytes = await keepUpTo(uploadLimitBytes, request, path).catch((error: unknown) => {
      if (request.complete) throw error;
      throw new ServiceError(400, 'broken_body', { detail: 'The body did not arrive whole.' });
    });
    if (bytes > uploadLimitBytes) {
      throw new ServiceError(413, 'body_too_large', {
        detail: `The archive is larger than ${uploadLimitBytes / 1_000_000} MB. Leave stop_times.txt and shapes.txt out: they are not needed.`,
      });
    }
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives the size. What is beyond the limit is read and dropped: who closes while being sent to cannot answer. */
async function keepUpTo(mostBytes: number, request: Request, path: string): Promise<number> {
  let bytes = 0;
  await pipeline(
    request,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes <= mostBytes) yield chunk;
      }
    },
    createWriteStream(path),
  );
  return bytes;
}
