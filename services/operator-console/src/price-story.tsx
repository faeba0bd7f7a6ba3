/** Why a trip costs what it costs: basis, tariff, the steps, and folded away the rows that were not used. */
import type { Pricing } from '@vedong/contracts';
import { Facts } from './facts.tsx';
import { fareWords } from './fare-words.ts';
import { say } from './language.ts';
import { leftOff, rowOf, stepAmount, stepWords, unusedRows, type Step, type Unused } from './step-words.ts';
import { bases, tariffMessages as messages } from './tariff-words.ts';

export function PriceStory({ pricing: { basis, faceValue, tariffId, steps } }: { pricing: Pricing }) {
  return (
    <section data-testid="price-story">
      <h3>{say(messages.howPriced)}</h3>
      <Facts
        facts={[
          [messages.basis, say(bases[basis])],
          [messages.faceValue, faceValue && say(fareWords(faceValue))],
          [messages.tariff, <code>{tariffId}</code>],
        ]}
      />
      <ol class="taps">
        {steps.map((step, position) => (
          <StepCard key={position} step={step} faceValue={faceValue} />
        ))}
      </ol>
    </section>
  );
}

function StepCard({ step, faceValue }: { step: Step; faceValue: Pricing['faceValue'] }) {
  const amount = stepAmount(step, faceValue);
  const rule = rowOf(step['rule']);
  const priceRow = rowOf(step['productRow']);
  const unused = unusedRows(step);
  return (
    <li data-testid="price-step">
      <p>
        {say(stepWords(step))} {amount && <strong>{say(amount)}</strong>}
      </p>
      {rule !== null && (
        <p class="soft">
          {say(messages.rule)} <code>{rule}</code>
          {priceRow !== null && (
            <>
              {' '}
              · {say(messages.priceRow)} <code>{priceRow}</code>
            </>
          )}
        </p>
      )}
      {unused.length + leftOff(step) > 0 && <UnusedRows rows={unused} more={leftOff(step)} />}
    </li>
  );
}

function UnusedRows({ rows, more }: { rows: Unused[]; more: number }) {
  const shown = (value: string): string => value || say(messages.nothing);
  return (
    <details>
      <summary>
        {say(messages.notUsed)} ({rows.length + more})
      </summary>
      <ul>
        {rows.map(({ row, mismatches }) => (
          <li key={row}>
            <code>{row}</code>
            {mismatches.map(({ field, wants, has }) => (
              <p key={field} class="soft">
                <code>{field}</code>: {say(messages.wants)} {shown(wants)}, {say(messages.has)} {shown(has)}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p class="soft">
          {say(messages.andMore)} {more}
        </p>
      )}
    </details>
  );
}
