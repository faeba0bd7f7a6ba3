/** Telling Redis late of a claim that own memory judged: what Redis has of a later slot stays. */
import { claimKeys } from './claim-script.ts';
import { passageLifetimeSeconds } from './claim.ts';
import type { LiveClaim } from './local-guard.ts';

/** `conflict`: another tap had the same slot; both were accepted, which the operator finds in their journals. */
export const toldAnswers = ['told', 'known', 'superseded', 'conflict'] as const;
export type ToldAnswer = (typeof toldAnswers)[number];

export const tellScript = `
local slot, tapId = ARGV[1], ARGV[3]
local last = redis.call('GET', KEYS[1])
if last then
  local lastSlot, lastTapId = string.match(last, '^(%d+) %S+ (%S+) [%d.]+$')
  if not lastSlot then return redis.error_reply('ODDCLAIM not a claim') end
  if lastTapId == tapId then return 'known' end
  if tonumber(lastSlot) == tonumber(slot) then return 'conflict' end
  if tonumber(lastSlot) > tonumber(slot) then return 'superseded' end
end
redis.call('SET', KEYS[1], slot .. ' ' .. ARGV[2] .. ' ' .. tapId .. ' ' .. ARGV[4], 'EX', ARGV[5])
if ARGV[6] ~= '' then redis.call('SET', KEYS[2], ARGV[6], 'EX', ARGV[7]) end
return 'told'
`;

export function tellArguments({ claim, passage, secondsLeft }: LiveClaim): (string | number)[] {
  const { card, slot, validator, tapId, atSeconds } = claim;
  const text = passage
    ? `${passage.area} ${passage.validator} ${passage.firstAtSeconds} ${passage.atSeconds} ${passage.persons}`
    : '';
  const passageSeconds = passageLifetimeSeconds(claim.passage?.rule.seconds ?? 0);
  return [...claimKeys(card), slot, validator, tapId, atSeconds, secondsLeft, text, passageSeconds];
}
