/** Makes a photo small enough to send, as JPEG and without what cameras write into their files. */
import { ApiError } from '@vedong/contracts/client';

const longestSidePixels = 1600;
const quality = 0.8;

/** Throws ApiError `not_a_picture` for what the browser cannot read. */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  const notAPicture = () => new ApiError(400, 'not_a_picture', 'the browser cannot read it');
  const picture = await createImageBitmap(file).catch(() => {
    throw notAPicture();
  });
  const scale = Math.min(1, longestSidePixels / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  if (!jpeg) throw notAPicture();
  return jpeg;
}
