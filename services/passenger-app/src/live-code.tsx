/** The code of a card for the present slot, drawn anew as each slot begins. */
import { useSignal } from '@preact/signals';
import { slotAt, slotSeconds } from '@vedong/ticket';
import { useEffect, useMemo } from 'preact/hooks';
import { type CodePicture, drawCode } from './code-picture.ts';
import { codeAt, type CodeSupply } from './code-supply.ts';
import { words } from './language.ts';
import { codeTime } from './phone.ts';
import { PictureOfCode } from './picture-of-code.tsx';

interface LiveCodeProps {
  cardName: string;
  supply: CodeSupply;
  /** Whole unix seconds of the issuer's time. */
  nowSeconds: number;
  /** When the ride began that is not over yet, unix seconds. */
  rideBeganAt: number | null;
  /** Of the gate in front of the rider, 16 hex digits. */
  challenge: string | null;
}

/** Mount it with the card and its supply as `key`: a new supply starts a new component. */
export function LiveCode({ cardName, supply, nowSeconds, rideBeganAt, challenge }: LiveCodeProps) {
  const slot = slotAt(nowSeconds);
  const drawn = useSignal<(CodePicture & { slot: number }) | null>(null);

  useEffect(() => {
    let isOver = false;
    const draw = async () => {
      const time = codeTime();
      const text = time && (await codeAt(supply, { ...time, rideBeganAt, challenge }));
      if (text && !isOver) drawn.value = { ...drawCode(text), slot };
    };
    void draw();
    return () => (isOver = true);
  }, [slot, challenge]);

  // The code before stays for the moment that the next one takes, so that the page does not blink: gates still take it.
  const picture = drawn.value && drawn.value.slot >= slot - 1 ? drawn.value : null;
  const t = words.value;
  const secondsLeft = (slot + 1) * slotSeconds - nowSeconds;
  // The bar runs by itself once set going; a delay set anew each second would hurry it.
  const barDelay = useMemo(() => `${secondsLeft - slotSeconds}s`, [slot]);
  return (
    <>
      <div class="code-paper">
        {picture && <PictureOfCode picture={picture} label={t.codeOf(cardName)} testId="code" />}
      </div>
      {/* Not read out: it changes every second, and the picture's label says that the code renews itself. */}
      <div class="countdown" aria-hidden="true">
        <div class="countdown-bar">
          <div key={slot} style={{ animationDelay: barDelay }} />
        </div>
        {t.nextCodeIn(secondsLeft)}
      </div>
    </>
  );
}
