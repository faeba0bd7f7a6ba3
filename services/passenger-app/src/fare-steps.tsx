/** The operator's pricing steps in words; steps come as data, of kinds that a newer operator may add to. */
import type { Pricing } from '@vedong/contracts/common';
import { correctionWords } from './correction-words.ts';
import { price } from './local-words.ts';
import { moneyWords } from './money-words.ts';

type Step = Pricing['steps'][number];

export function FareSteps({ pricing: { tariffId, basis, faceValue, steps } }: { pricing: Pricing }) {
  const t = moneyWords.value;
  const currency = faceValue?.currency ?? 'VND';
  const told = steps.map((step) => ({ step, text: stepWords(step) })).filter(({ text }) => text !== null);
  return (
    <section class="panel story" data-testid="tariff-price">
      <h2>{t.tariffPrice}</h2>
      <p>{t.bases[basis]}</p>
      <ol>
        {told.map(({ step, text }, position) => (
          <li key={position} data-testid="fare-step">
            <p class="sum">
              <span>{text}</span>
              {typeof step['amount'] === 'number' && (
                <span>{price({ amount: step['amount'], currency })}</span>
              )}
            </p>
            <p class="rule">{rulesOf(step)}</p>
          </li>
        ))}
      </ol>
      {faceValue && (
        <p class="sum total">
          <span>{t.tariffVersion(tariffId)}</span>
          <span>{price(faceValue)}</span>
        </p>
      )}
    </section>
  );
}

/** Null for a kind of step this page has no words for. */
function stepWords(step: Step): string | null {
  const t = moneyWords.value;
  const product = asText(step['fareProductId']);
  switch (step['kind']) {
    case 'leg':
      return step['paidBy'] === 'own_product' ? t.stepLeg(product) : t.stepIncluded(product);
    case 'transfer':
      return t.stepTransfer(asText(step['transferNumber']));
    case 'separate':
      return t.stepSeparate;
    case 'unknown':
      return t.stepUnknown;
    case 'same_station':
      return correctionWords.value.stepSameStation(asText(step['withinMinutes']));
    case 'too_long':
      return correctionWords.value.stepTooLong(asText(step['longestMinutes']));
    case 'waived':
      return correctionWords.value.stepWaived;
    default:
      return null;
  }
}

/** Where the rule and the product's row stand in the tariff's files. */
function rulesOf(step: Step): string {
  return [step['rule'], step['productRow']]
    .flatMap((row) => {
      const { file, line } = (row ?? {}) as { file?: unknown; line?: unknown };
      return file === undefined ? [] : [moneyWords.value.rule(asText(file), asText(line))];
    })
    .join(' · ');
}

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
