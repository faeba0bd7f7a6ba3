/** A batch as it travels in the simulation: its JSON under a seal in place of the validator's signature. */
import { hash } from 'node:crypto';
import { ApiError, tapBatch, type TapBatch } from '@vedong/contracts';

const sealOf = (payload: string, validatorId: string): string =>
  hash('sha256', `${validatorId}\n${payload}`, 'hex');

export function sealBatch(payload: object, validatorId: string): string {
  const text = JSON.stringify(payload);
  return `${validatorId}\n${sealOf(text, validatorId)}\n${text}`;
}

/** Throws ApiError as the operator does. */
export function openBatch(sealed: string): TapBatch {
  const [validatorId = '', seal, text = ''] = sealed.split('\n', 3);
  if (sealOf(text, validatorId) !== seal) throw new ApiError(401, 'bad_signature', 'not sealed by it');
  const batch = tapBatch.parse(JSON.parse(text));
  if (batch.validatorId !== validatorId) throw new ApiError(400, 'invalid_batch', 'of another validator');
  return batch;
}
