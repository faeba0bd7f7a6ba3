/** Check 10 in Redis: both rules in one atomic step of one round trip, the texts they are kept as, and their answers. */
import { repeatWindowSeconds } from '@vedong/ticket';
import { claimLifetimeSeconds, passageLifetimeSeconds, type Claim, type ClaimAnswer } from './claim.ts';

/**
 * `judgeReplay` of @vedong/ticket, then `judgePassback` of @vedong/travel. Times stay the decimal texts they came as:
 * Lua and JavaScript read them into the same doubles. A stored value of another form is an error, never "no claim".
 * The claim is the first write: a full Redis refuses a script's first write only, and not one that has begun with DEL.
 */
export const claimScript = `
local slot, reader, tapId, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local last = redis.call('GET', KEYS[1])
if last then
  local lastSlot, lastReader, lastTapId, lastAt = string.match(last, '^(%d+) (%S+) (%S+) ([%d.]+)$')
  if not lastSlot then return redis.error_reply('ODDCLAIM not a claim') end
  if lastTapId == tapId then return { 'accepted' } end
  if tonumber(slot) <= tonumber(lastSlot) then
    local isRepeat = tonumber(slot) == tonumber(lastSlot) and reader == lastReader
      and math.abs(tonumber(at) - tonumber(lastAt)) <= tonumber(ARGV[5])
    return { isRepeat and 'repeat' or 'replayed', lastSlot, lastReader, lastTapId, lastAt }
  end
end
local area, seconds = ARGV[7], tonumber(ARGV[8])
local firstAt, persons = at, 1
local passed = seconds > 0 and redis.call('GET', KEYS[2])
if passed then
  local lastArea, lastReader, lastFirstAt, lastAt, lastPersons =
    string.match(passed, '^(%S+) (%S+) ([%d.]+) ([%d.]+) (%d+)$')
  if not lastArea then return redis.error_reply('ODDPASSAGE not a passage') end
  if lastArea == area then
    if ARGV[12] == '1' and lastReader == reader then
      firstAt, persons = lastFirstAt, tonumber(lastPersons)
    elseif tonumber(lastPersons) < tonumber(ARGV[10])
      and math.abs(tonumber(at) - tonumber(lastFirstAt)) <= tonumber(ARGV[9]) then
      firstAt, persons = lastFirstAt, tonumber(lastPersons) + 1
    elseif math.abs(tonumber(at) - tonumber(lastAt)) < seconds then
      return { 'passback', lastReader, lastAt }
    end
  end
end
redis.call('SET', KEYS[1], slot .. ' ' .. reader .. ' ' .. tapId .. ' ' .. at, 'EX', ARGV[6])
if seconds > 0 then
  local passage = area .. ' ' .. reader .. ' ' .. firstAt .. ' ' .. at .. ' ' .. persons
  redis.call('SET', KEYS[2], passage, 'EX', ARGV[11])
else
  redis.call('DEL', KEYS[2])
end
return { 'accepted' }
`;

/** Both tagged by the card, so that a cluster keeps them on one node. */
export const claimKeys = (card: string): [claim: string, passage: string] => [`vd:{${card}}`, `vp:{${card}}`];

export function claimArguments(claim: Claim): (string | number)[] {
  const { slot, validator, tapId, atSeconds, passage, isSecondTry } = claim;
  const { seconds, group } = passage?.rule ?? { seconds: 0 };
  return [
    slot,
    validator,
    tapId,
    atSeconds,
    repeatWindowSeconds,
    claimLifetimeSeconds,
    passage?.area ?? '-',
    seconds,
    group?.seconds ?? 0,
    group?.persons ?? 0,
    passageLifetimeSeconds(seconds),
    isSecondTry ? 1 : 0,
  ];
}

/** Anything but the script's own answers is a failure. */
export function readClaimAnswer(card: string, reply: unknown): ClaimAnswer {
  const [answer, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (answer === 'accepted' && rest.length === 0) return { answer };
  if (answer === 'passback') {
    const [validator, at] = rest;
    if (typeof validator === 'string' && Number.isFinite(Number(at))) {
      return { answer, last: { validator, atSeconds: Number(at) } };
    }
  }
  const [slot, validator, tapId, at] = rest;
  if (
    (answer === 'repeat' || answer === 'replayed') &&
    typeof validator === 'string' &&
    typeof tapId === 'string'
  ) {
    const last = { card, slot: Number(slot), validator, tapId, atSeconds: Number(at) };
    if (Number.isSafeInteger(last.slot) && Number.isFinite(last.atSeconds)) return { answer, last };
  }
  throw new Error('Redis gave an odd reply');
}
