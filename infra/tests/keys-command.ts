/** The issuer's keys command on a running stack, as those who hold the root key run it. */
import { join } from 'node:path';
import { createClient, type IssuerApi, type ValidatorApi } from '@vedong/contracts';
import type { TrustBundle } from '@vedong/ticket';
import { decodeJwt } from 'jose';
import { readOrMakeSecrets } from '../src/data-folder.ts';
import { runCommand } from '../src/services.ts';
import type { Stack } from '../src/stack.ts';

/** @param leadSeconds how long a new key is published before it signs */
export async function runKeys(
  { postgres, issuerUrl }: Stack,
  dataFolder: string,
  args: string[],
  leadSeconds = 0,
): Promise<void> {
  const { issuerDatabasePassword: password, keyEncryptionKey } = readOrMakeSecrets(dataFolder);
  await runCommand({
    command: ['services/issuer/src/keys.ts', ...args],
    env: {
      DATABASE_URL: postgres.urlOf('issuer', { name: 'issuer', password }),
      KEY_ENCRYPTION_KEY: keyEncryptionKey,
      ROOT_KEY_FILE: join(dataFolder, 'root-key'),
      PUBLIC_URL: issuerUrl,
      KEY_LEAD_SECONDS: String(leadSeconds),
    },
  });
}

/** Version, and each key's status by its name, of what is published. */
export async function readBundle({ issuerUrl }: Stack) {
  const bundle = decodeJwt<TrustBundle>(await createClient<IssuerApi>(issuerUrl)('GET /v1/trust-bundle'));
  const keys = bundle.issuers.flatMap((issuer) => issuer.keys.map(({ kid, status }) => [kid, status]));
  return { version: bundle.version, keys: Object.fromEntries(keys) as Record<string, string> };
}

export const trustVersionAt = async ({ validatorUrl }: Stack): Promise<number | undefined> =>
  (await createClient<ValidatorApi>(validatorUrl)('GET /v1/status')).trust?.version;
