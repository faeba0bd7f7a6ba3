/** What a ticket says: the claims of both profiles, and the ticket as read from its text. */

/** What the issuer says in every ticket. */
export interface CardClaims {
  /** Number of the issuing authority, 0 to 65535. */
  issuer: number;
  /** Which of the issuer's keys signed, 0 to 65535. */
  keyNo: number;
  /** Pseudonym of the card for one service day, 16 lower-case hex digits. */
  cardRef: string;
  /** Index in that service day's status list, 32 bits. */
  statusIdx: number;
  /** 0 full fare, 1 reduced, 2 free; a gate refuses what it has no meaning for. */
  concession: number;
  /** Fare product number, 0 = pay as you go. */
  product: number;
  /** What the product is limited to, 0 = nothing beyond the product itself. */
  scope: number;
}

/** Profile S: the issuer's signature over one slot. */
export interface SingleClaims extends CardClaims {
  slot: number;
}

/** The issuer's half of profile D. */
export interface CertificateClaims extends CardClaims {
  /** First slot of the certificate. */
  notBefore: number;
  /** The certificate ends this long after the start of its first slot, 0 to 65535. */
  validMinutes: number;
  /** The phone's P-256 public key, compressed, 33 bytes. */
  deviceKey: Uint8Array;
}

/** A ticket signed by the issuer alone. `bytes` is the whole ticket. */
export interface SingleTicket extends SingleClaims {
  profile: 'S';
  bytes: Uint8Array<ArrayBuffer>;
}

/** A certificate and the phone's proof. `bytes` is the whole ticket. */
export interface DeviceTicket extends CertificateClaims {
  profile: 'D';
  /** The slot in which the phone signed. */
  slot: number;
  /** How long ago the phone last set its clock, see `clockAgeOf`; 0 = unknown. */
  clockAge: number;
  /** The gate's challenge that the phone answered, 16 hex digits, or null. */
  challenge: string | null;
  bytes: Uint8Array<ArrayBuffer>;
}

export type DecodedTicket = SingleTicket | DeviceTicket;

/** Signs bytes: Ed25519 for an issuer, ES256 as raw r‖s for a phone; 64 bytes either way. */
export type SignBytes = (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** JOSE key id of an issuer's key: both numbers in decimal without leading zeros. */
export const kidOf = (issuer: number, keyNo: number): string => `${issuer}.${keyNo}`;

/** The `kid` of the key that signed a ticket. */
export const ticketKid = (ticket: CardClaims): string => kidOf(ticket.issuer, ticket.keyNo);

/** The slot that decides which service day a ticket belongs to: the slot of S, the notBefore of D. */
export const firstSlotOf = (ticket: DecodedTicket): number =>
  ticket.profile === 'S' ? ticket.slot : ticket.notBefore;
