/** The rider's cards, blocking and unblocking them, and the account. */
import { useSignal } from '@preact/signals';
import type { Card } from '@vedong/contracts/issuer';
import { setBlocked, signOut } from '../account.ts';
import { ConfirmDialog, type Question } from '../confirm-dialog.tsx';
import { LockIcon, PlusIcon } from '../icons.tsx';
import { words } from '../language.ts';
import { account, cards, selectCard } from '../phone.ts';
import { addressOf, goTo } from '../route.ts';
import { refreshAll } from '../upkeep.ts';

export function CardsScreen() {
  const question = useSignal<Question | null>(null);
  const ask = (asked: Question) => (question.value = asked);
  const t = words.value;
  return (
    <>
      <h1>{t.cardsTitle}</h1>
      <ul class="cards-list">
        {cards.value.map(({ card }) => (
          <CardRow key={card.cardId} card={card} ask={ask} />
        ))}
      </ul>
      <a class="button quiet" href={addressOf('new-card')} data-testid="add-card">
        <PlusIcon />
        {t.addCard}
      </a>
      <section class="account">
        <h2>{t.accountTitle}</h2>
        <p>{t.phoneEnding(account.value?.phoneEnding ?? '')}</p>
        <button
          type="button"
          class="button quiet"
          data-testid="sign-out"
          onClick={() =>
            ask({
              title: t.signOutQuestion,
              consequences: t.signOutWhy,
              action: t.signOut,
              isGrave: true,
              run: async () => {
                await signOut();
                goTo('code');
              },
            })
          }
        >
          {t.signOut}
        </button>
      </section>
      {question.value && <ConfirmDialog question={question.value} onClose={() => (question.value = null)} />}
    </>
  );
}

function CardRow({ card, ask }: { card: Card; ask: (question: Question) => void }) {
  const t = words.value;
  const isBlocked = card.state === 'blocked';
  const askToBlock = () =>
    ask({
      title: isBlocked ? t.unblockQuestion(card.nickname) : t.blockQuestion(card.nickname),
      consequences: isBlocked ? t.unblockWhy : t.blockWhy,
      action: isBlocked ? t.unblock : t.block,
      isGrave: !isBlocked,
      run: async () => {
        await setBlocked(card.cardId, !isBlocked);
        refreshAll();
      },
    });
  return (
    <li data-testid="card-row">
      <a class={`small-card ${card.colour}`} href={addressOf('code')} onClick={() => selectCard(card.cardId)}>
        <strong>{card.nickname}</strong>
        <span>
          {isBlocked && <LockIcon />}
          {isBlocked ? t.blocked : t.active}
        </span>
      </a>
      {card.operatorBlock ? (
        <p class="hint" data-testid="operator-block">
          {t.operatorBlockedWhy[card.operatorBlock.reason]} {t.operatorBlockedAsk}
        </p>
      ) : (
        <button
          type="button"
          class="button quiet"
          data-testid={isBlocked ? 'unblock' : 'block'}
          onClick={askToBlock}
        >
          {isBlocked ? t.unblock : t.block}
        </button>
      )}
    </li>
  );
}
