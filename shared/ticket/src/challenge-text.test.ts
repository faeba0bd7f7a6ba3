import { expect, it } from 'vitest';
import { readChallengeText, writeChallengeText } from './challenge-text.ts';

it('has one text for each challenge', () => {
  expect(writeChallengeText('00ff5e98b8c0139d')).toBe('VC1:00FF5E98B8C0139D');
  expect(readChallengeText('VC1:00FF5E98B8C0139D')).toBe('00ff5e98b8c0139d');
  for (const other of ['', 'VC1:', 'VC1:00ff5e98b8c0139d', 'VC1:00FF5E98B8C0139D ', 'VD1:00FF5E98B8C0139D']) {
    expect(readChallengeText(other)).toBeUndefined();
  }
});
