/** Names and values under each other. */
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import { say, type Words } from './language.ts';

/** A fact whose value is null is left out. */
export function Facts({ facts }: { facts: [Words, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <Fragment key={name.en}>
              <dt>{say(name)}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
