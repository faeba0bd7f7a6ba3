/** The concession of a card: what it carries, the application that waits, and the form to apply. */
import { useSignal } from '@preact/signals';
import { ApiError } from '@vedong/contracts/client';
import type { ConcessionCategory } from '@vedong/contracts/concessions';
import { refreshCards } from '../account.ts';
import { BackLink } from '../back-link.tsx';
import { useFetched } from '../fetched.tsx';
import { issuer } from '../issuer-client.ts';
import { words } from '../language.ts';
import '../money.css';
import { refundWords } from '../refund-messages.ts';
import { shownId } from '../route.ts';
import { useSending } from '../sending.tsx';
import { shrinkPicture } from '../shrink-picture.ts';

export function ConcessionScreen() {
  const cardId = shownId.value ?? '';
  return (
    <>
      <BackLink to="cards" label={words.value.cardsTab} />
      <h1>{refundWords.value.concessionTitle}</h1>
      <Shown key={cardId} cardId={cardId} />
    </>
  );
}

function Shown({ cardId }: { cardId: string }) {
  const t = refundWords.value;
  const sent = useSignal(0);
  const { answer, state } = useFetched(async () => {
    const told = await issuer('GET /v1/cards/{cardId}/concession', { params: { cardId } });
    await refreshCards().catch(() => undefined);
    return told;
  }, sent.value);
  const application = answer?.application;
  return (
    <>
      {state}
      {answer && (
        <section class="panel" data-testid="concession" data-state={application?.state}>
          <p class="line">
            {answer.concession
              ? `${t.classes[answer.concession.class]}: ${t.concessionOf(t.categories[answer.concession.category], answer.concession.until)}`
              : t.noConcession}
          </p>
          {answer.concession && <p class="hint">{t.newCodes}</p>}
          {application && (
            <p>
              {t.categories[application.category]}: {t.applicationStates[application.state]}
              {application.reason && `. ${t.because(application.reason)}`}
            </p>
          )}
        </section>
      )}
      {answer && application?.state !== 'waiting' && (
        <ApplyForm cardId={cardId} onSent={() => (sent.value += 1)} />
      )}
    </>
  );
}

function ApplyForm({ cardId, onSent }: { cardId: string; onSent: () => void }) {
  const t = refundWords.value;
  const { isSending, send, problem } = useSending();
  const category = useSignal<ConcessionCategory>('student');
  const file = useSignal<File | null>(null);
  const apply = async () => {
    if (!file.value) throw new ApiError(400, 'not_a_picture', 'no file was chosen');
    const upload = await shrinkPicture(file.value);
    const query = { category: category.value };
    await issuer('POST /v1/cards/{cardId}/concession-applications', { params: { cardId }, query, upload });
    onSent();
  };
  return (
    <form
      class="panel"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(apply);
      }}
    >
      <h2>{t.apply}</h2>
      <label class="choose-line">
        {t.whoAreYou}
        <select
          data-testid="category"
          value={category.value}
          onChange={(event) => (category.value = event.currentTarget.value as ConcessionCategory)}
        >
          {Object.entries(t.categories).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.picture}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          data-testid="picture"
          aria-describedby="picture-why sending-problem"
          onChange={(event) => (file.value = event.currentTarget.files?.[0] ?? null)}
        />
      </label>
      <p id="picture-why" class="hint">
        {t.pictureWhy}
      </p>
      {problem}
      <button class="button" data-testid="apply" disabled={isSending}>
        {isSending ? words.value.wait : t.send}
      </button>
    </form>
  );
}
