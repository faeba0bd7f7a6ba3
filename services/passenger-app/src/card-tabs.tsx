/** The cards to choose from, and the swipe that goes from one to the next. */
import { words } from './language.ts';
import { cards, selectCard, selectedCard } from './phone.ts';

export function CardTabs() {
  if (cards.value.length < 2) return null;
  return (
    <fieldset class="card-tabs" aria-label={words.value.chooseCard}>
      {cards.value.map(({ cardId, card }) => (
        <button
          key={cardId}
          type="button"
          class={card.colour}
          data-testid="card-tab"
          aria-pressed={cardId === selectedCard.value?.cardId}
          onClick={() => selectCard(cardId)}
        >
          {card.nickname}
        </button>
      ))}
    </fieldset>
  );
}

const shortestSwipePixels = 60;
let startedAt: Touch | undefined;

/** Touch handlers for the card: to the left shows the next card, to the right the one before. */
export const swipeBetweenCards = {
  onTouchStart: (event: TouchEvent) => {
    startedAt = event.touches.length === 1 ? event.touches[0] : undefined;
  },
  onTouchEnd: (event: TouchEvent) => {
    const endedAt = event.changedTouches[0];
    if (!startedAt || !endedAt) return;
    const across = endedAt.clientX - startedAt.clientX;
    const down = endedAt.clientY - startedAt.clientY;
    if (Math.abs(across) < shortestSwipePixels || Math.abs(across) < Math.abs(down)) return;
    const shown = cards.value.findIndex(({ cardId }) => cardId === selectedCard.value?.cardId);
    const next = cards.value[shown - Math.sign(across)];
    if (next) selectCard(next.cardId);
  },
};
