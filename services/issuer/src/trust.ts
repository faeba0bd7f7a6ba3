/** The published trust bundle and the key that signs now, read again every few seconds so that no restart is needed. */
import { createPrivateKey } from 'node:crypto';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { kidOf, type SignBytes, type TrustBundle } from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { decodeJwt } from 'jose';
import type { IssuerDb } from './db/database.ts';
import { findNewestBundle, listSigningKeys, type SealedSigningKey } from './db/signing-keys.ts';
import { findSigner } from './signing-key.ts';
import type { Vault } from './vault.ts';

export interface PublishedTrust {
  jws: string;
  bundle: TrustBundle;
}

export interface TicketSigner {
  keyNo: number;
  kid: string;
  sign: SignBytes;
}

export interface Trust {
  /** Throws ServiceError `no_trust_bundle` where none has been published. */
  getPublished(): Promise<PublishedTrust>;
  /** Throws ServiceError `no_signing_key` where no key may sign now. */
  getSigner(): Promise<TicketSigner>;
  /** Something has changed: the next caller reads it. */
  reread(): void;
}

interface Snapshot {
  published: PublishedTrust | undefined;
  signer: TicketSigner | undefined;
}

export interface TrustSource {
  db: IssuerDb;
  vault: Vault;
  clock: Clock;
  issuerNumber: number;
  ticketReachSeconds: number;
}

const rereadAfterMilliseconds = 2000;

export function createTrust(source: TrustSource): Trust {
  let kept: { snapshot: Promise<Snapshot>; at: number } | undefined;
  const current = (): Promise<Snapshot> => {
    const now = source.clock.monotonicMilliseconds();
    if (kept && now - kept.at < rereadAfterMilliseconds) return kept.snapshot;
    const snapshot = readSnapshot(source);
    const reading = { snapshot, at: now };
    kept = reading;
    // A failed reading is not kept: the next caller tries again.
    snapshot.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return snapshot;
  };
  return {
    getPublished: async () => required((await current()).published, 'no_trust_bundle'),
    getSigner: async () => required((await current()).signer, 'no_signing_key'),
    reread() {
      kept = undefined;
    },
  };
}

async function readSnapshot({ db, vault, clock, ...source }: TrustSource): Promise<Snapshot> {
  const [newest, keys] = await Promise.all([findNewestBundle(db), listSigningKeys(db, source.issuerNumber)]);
  const key = findSigner(keys, nowSeconds(clock), source.ticketReachSeconds);
  return {
    published: newest && { jws: newest.jws, bundle: decodeJwt<TrustBundle>(newest.jws) },
    signer: key && openSigner(key, source.issuerNumber, vault),
  };
}

function openSigner({ keyNo, privateSealed }: SealedSigningKey, issuer: number, vault: Vault): TicketSigner {
  const kid = kidOf(issuer, keyNo);
  const der = vault.open('signing-key', kid, privateSealed);
  return { keyNo, kid, sign: ed25519Signer(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })) };
}

function required<T>(value: T | undefined, code: string): T {
  if (value !== undefined) return value;
  throw new ServiceError(503, code, {
    detail: 'This service cannot sign now. Its operators must run "keys init".',
    retryAfterSeconds: 30,
  });
}

/** Why tickets cannot be issued or gates would not believe them, or null. */
export async function findTrustFault(trust: Trust, atSeconds: number): Promise<string | null> {
  try {
    const [{ bundle }] = await Promise.all([trust.getPublished(), trust.getSigner()]);
    return bundle.exp > atSeconds ? null : 'the trust bundle has expired: run "keys init"';
  } catch (error) {
    return error instanceof Error ? error.message : 'keys and trust bundle cannot be read';
  }
}
