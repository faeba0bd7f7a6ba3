/** The full-screen answer to a scan: a colour, a symbol, a word, and one reason a rider can act on. */
import type { TapAnswer } from '@vedong/contracts';
import type { PassbackRule } from '@vedong/travel';
import { type Language, language, otherLanguage, type Words } from './language.ts';
import { markWords } from './degraded-words.ts';
import { messages, scanTrouble } from './messages.ts';
import { explainRefusal } from './reason-words.ts';
import type { Moment } from './scan-desk.ts';

/** A live region that is always there, so that screen readers speak what appears in it. */
export function Verdict({ moment, rule }: { moment: Moment; rule: PassbackRule | undefined }) {
  return (
    <div class="verdict-region" aria-live="assertive" aria-atomic="true">
      {moment.kind === 'asking' && <p class="asking">{messages.asking[language.value]}</p>}
      {moment.kind === 'answer' && <AnswerScreen answer={moment.answer} rule={rule} />}
      {moment.kind === 'trouble' && (
        <Screen
          outcome="unanswered"
          symbol="!"
          word={messages.notChecked}
          reason={scanTrouble(moment.code)}
        />
      )}
    </div>
  );
}

function AnswerScreen({ answer, rule }: { answer: TapAnswer; rule: PassbackRule | undefined }) {
  const isGo = answer.outcome === 'accepted';
  return (
    <Screen
      outcome={answer.outcome}
      symbol={isGo ? '✓' : '✗'}
      word={isGo ? messages.go : messages.stop}
      reason={explainRefusal(answer, rule)}
      reasonCode={answer.reason}
      note={isGo ? concessionWords(answer.ticket?.concession) : undefined}
      // A refusal by own memory is certain; only an opening without Redis is worth a word to staff.
      isLocal={isGo && answer.guard === 'local'}
      marks={isGo ? marksOf(answer) : []}
    />
  );
}

interface ScreenProps {
  outcome: TapAnswer['outcome'] | 'unanswered';
  symbol: string;
  word: Words;
  reason: Words | null;
  reasonCode?: string | undefined;
  note?: Words | undefined;
  isLocal?: boolean;
  marks?: Words[];
}

function Screen({
  outcome,
  symbol,
  word,
  reason,
  reasonCode,
  note,
  isLocal = false,
  marks = [],
}: ScreenProps) {
  const inLanguage = (of: Language, size: 'first' | 'second') => (
    <div class={size} lang={of}>
      <p class="word">{word[of]}</p>
      {reason && <p class="reason">{reason[of]}</p>}
      {note && <p class="note">{note[of]}</p>}
    </div>
  );
  return (
    <div class={`verdict ${outcome}`} data-testid="verdict" data-outcome={outcome} data-reason={reasonCode}>
      <span class="symbol" aria-hidden="true">
        {symbol}
      </span>
      {inLanguage(language.value, 'first')}
      {inLanguage(otherLanguage(), 'second')}
      {(isLocal || marks.length > 0) && (
        <span class="local" data-testid="marks">
          {[...(isLocal ? [messages.guardLocal] : []), ...marks]
            .map((words) => words[language.value])
            .join(' · ')}
        </span>
      )}
    </div>
  );
}

/** What was not as it should be; that own memory judged alone is said already. */
const marksOf = ({ marks = [] }: TapAnswer): Words[] =>
  marks
    .filter((mark) => mark !== 'guard_local')
    .map(markWords)
    .filter((words) => words !== undefined);

/** The class that gate staff may ask proof of; full fare needs no word. */
function concessionWords(concession: number | undefined): Words | undefined {
  if (concession === 1) return messages.reduced;
  return concession === 2 ? messages.free : undefined;
}
