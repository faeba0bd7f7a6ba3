/** What the rider asked about a trip and what staff answered, and the way to ask. */
import { useSignal } from '@preact/signals';
import type { CorrectionKind, RiderCorrection } from '@vedong/contracts/corrections';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import './corrections.css';
import { CorrectionDialog } from './correction-dialog.tsx';
import { correctionWords } from './correction-words.ts';
import { placeName, timeAndDay } from './local-words.ts';

interface TripCorrectionsProps {
  cardId: string;
  trip: RiderTrip;
  corrections: RiderCorrection[];
  /** A request was sent. */
  onAsked: () => void;
}

export function TripCorrections({ cardId, trip, corrections, onAsked }: TripCorrectionsProps) {
  const t = correctionWords.value;
  const asking = useSignal<CorrectionKind | null>(null);
  const isOpen = corrections.some(
    ({ request }) => request?.state === 'sending' || request?.state === 'waiting',
  );
  return (
    <section class="panel corrections" data-testid="corrections">
      <h2>{t.title}</h2>
      {corrections.map((correction) => (
        <Correction
          key={correction.request?.requestId ?? correction.answer?.decisionId}
          correction={correction}
        />
      ))}
      {!isOpen && (
        <>
          <p class="hint">{t.why}</p>
          {trip.state !== 'complete' && (
            <button
              type="button"
              class="button"
              data-testid="forgot-tap"
              onClick={() => (asking.value = 'forgot_tap')}
            >
              {trip.state === 'missing_entry' ? t.forgotOn : t.forgotOff}
            </button>
          )}
          <button
            type="button"
            class="button quiet"
            data-testid="trip-wrong"
            onClick={() => (asking.value = 'wrong')}
          >
            {t.wrong}
          </button>
        </>
      )}
      {asking.value && (
        <CorrectionDialog
          cardId={cardId}
          trip={trip}
          kind={asking.value}
          onAsked={onAsked}
          onClose={() => (asking.value = null)}
        />
      )}
    </section>
  );
}

function Correction({ correction: { request, answer } }: { correction: RiderCorrection }) {
  const t = correctionWords.value;
  const when = (at: string) => <time dateTime={at}>{timeAndDay(Date.parse(at), Date.now())}</time>;
  return (
    <div class="correction" data-testid="correction" data-state={request?.state ?? 'answered'}>
      {request && (
        <>
          <p>
            <strong>{t.youAsked[request.kind]}</strong> {request.placeName} · {when(request.askedAt)}
          </p>
          {request.words && <p class="told">{request.words}</p>}
          {!answer && <p class="hint">{t.states[request.state]}</p>}
        </>
      )}
      {answer && (
        <div class={`answer ${answer.kind}`} data-testid="answer">
          <p>
            <span aria-hidden="true">{answer.kind === 'refuse' ? '✗ ' : '✓ '}</span>
            <strong>{t.answers[answer.kind]}</strong>
            {answer.place && ` (${placeName(answer.place)})`} · {when(answer.at)}
          </p>
          <p>
            {t.staffSay} <span class="told">{answer.reason}</span>
          </p>
        </div>
      )}
    </div>
  );
}
