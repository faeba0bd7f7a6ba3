/** The picture with which a gate displays its challenge: a QR code of version 1 that a phone reads. */

const prefix = 'VC1:';
const pattern = /^VC1:([0-9A-F]{16})$/;

/** `VC1:` and the challenge in upper case, so that alphanumeric mode carries it. @param challenge 16 lower-case hex digits */
export const writeChallengeText = (challenge: string): string => `${prefix}${challenge.toUpperCase()}`;

/** The challenge, 16 lower-case hex digits; undefined for every other text. */
export const readChallengeText = (text: string): string | undefined => pattern.exec(text)?.[1]?.toLowerCase();
