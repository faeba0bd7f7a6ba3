/** S1 and S2 of the targets: what verifying a ticket costs beside the bare arithmetic, and beside jose. */
import { createPublicKey, verify } from 'node:crypto';
import { decodeTicket, verifyTicket, type DeviceTicket } from '@vedong/ticket';
import { jwtVerify } from 'jose';
import { measureInterleaved, type Batch, type Cost, type Effort } from './measure.ts';
import {
  bareSignatures,
  deviceTicket,
  gate,
  issuerKeys,
  jwtOfSameClaims,
  nowSeconds,
  randomCard,
  singleTicket,
  type BareSignature,
} from './tickets.ts';

/** Batches of one or two milliseconds: most fit between two interruptions, so the median is of undisturbed ones. */
const effort: Effort = { rounds: 600, warmUpRounds: 100, operationsPerBatch: 10 };

/** More phones than the verifier keeps keys of, so that each comes back as a stranger. */
const strangersCount = 9_000;

const p256SpkiHead = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

export type DeviceCosts = Record<
  'bareNewPhone' | 'verifyNewPhone' | 'bareKnownPhone' | 'verifyKnownPhone',
  Cost
>;

/** S1: D tickets, of phones never seen before and of phones seen a moment ago. */
export async function measureDeviceTickets(): Promise<DeviceCosts> {
  const strangers = await manyOf(strangersCount, prepareDevice);
  const known = strangers.splice(0, 100);
  const context = gate();
  return measureInterleaved(
    {
      bareNewPhone: batchOver(strangers, ({ certificate, proof, deviceSpki }) => {
        const key = createPublicKey({ key: deviceSpki, format: 'der', type: 'spki' });
        return bareEd25519(certificate) && bareEs256(proof, key);
      }),
      verifyNewPhone: batchOver(strangers, async ({ text }) => isValid(await verifyTicket(text, context))),
      bareKnownPhone: batchOver(known, ({ certificate, proof, deviceKey }) => {
        return bareEd25519(certificate) && bareEs256(proof, deviceKey);
      }),
      verifyKnownPhone: batchOver(known, async ({ text }) => isValid(await verifyTicket(text, context))),
    },
    effort,
  );
}

export type SingleCosts = Record<'bare' | 'verify' | 'jose', Cost>;

/** S2: S tickets, and the same claims as a JWT in jose. */
export async function measureSingleTickets(): Promise<SingleCosts> {
  const singles = await manyOf(500, prepareSingle);
  const context = gate();
  const options = { algorithms: ['Ed25519'], currentDate: new Date(nowSeconds * 1000) };
  return measureInterleaved(
    {
      bare: batchOver(singles, ({ signature }) => bareEd25519(signature)),
      verify: batchOver(singles, async ({ text }) => isValid(await verifyTicket(text, context))),
      jose: batchOver(singles, async ({ jwt }) => {
        const { payload } = await jwtVerify(jwt, issuerKeys.publicKey, options);
        return payload.exp !== undefined;
      }),
    },
    effort,
  );
}

async function prepareDevice() {
  const text = await deviceTicket(randomCard());
  const ticket = decodeTicket(text) as DeviceTicket;
  const [certificate, proof] = await bareSignatures(ticket);
  const deviceSpki = Buffer.concat([p256SpkiHead, ticket.deviceKey]);
  const deviceKey = createPublicKey({ key: deviceSpki, format: 'der', type: 'spki' });
  return { text, certificate: certificate!, proof: proof!, deviceSpki, deviceKey };
}

async function prepareSingle() {
  const card = randomCard();
  const text = await singleTicket(card);
  const [signature] = await bareSignatures(decodeTicket(text));
  return { text, signature: signature!, jwt: await jwtOfSameClaims(card) };
}

const bareEd25519 = ({ data, signature }: BareSignature): boolean =>
  verify(null, data, issuerKeys.publicKey, signature);

const bareEs256 = ({ data, signature }: BareSignature, key: ReturnType<typeof createPublicKey>): boolean =>
  verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);

const isValid = ({ outcome }: { outcome: string }): boolean => outcome === 'valid';

/** Goes on through the items from batch to batch; an answer that is not true stops the measurement. */
function batchOver<Item>(items: readonly Item[], check: (item: Item) => boolean | Promise<boolean>): Batch {
  let next = 0;
  return async () => {
    for (let done = 0; done < effort.operationsPerBatch; done += 1) {
      const answer = check(items[next]!);
      if (!(typeof answer === 'boolean' ? answer : await answer))
        throw new Error('a good ticket was refused');
      next = (next + 1) % items.length;
    }
  };
}

async function manyOf<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for (let made = 0; made < count; made += 1) items.push(await make());
  return items;
}
