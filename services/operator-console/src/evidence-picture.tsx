/** The taps of an incident as a small picture; the list below it says the same to who cannot see it. */
import type { Finding, IncidentTap } from '@vedong/contracts';
import { cityClock } from './city-time.ts';
import { layOutEvidence, picture } from './evidence-layout.ts';
import { incidentMessages as messages } from './incident-words.ts';
import { say, sayName } from './language.ts';

export function EvidencePicture({ taps, findings }: { taps: IncidentTap[]; findings: Finding[] }) {
  if (taps.length === 0) return null;
  const { height, places, dots, lines, placesLeftOff } = layOutEvidence(taps, findings);
  return (
    <figure class="evidence">
      <svg viewBox={`0 0 ${picture.width} ${height}`} aria-hidden="true">
        {places.map((place) => (
          <g key={place.y}>
            <text x={0} y={place.y - 14} class="place">
              {sayName(place)}
            </text>
            <line x1={0} x2={picture.width} y1={place.y} y2={place.y} class="row" />
          </g>
        ))}
        {lines.map(({ from, to }) => (
          <line
            key={`${from.tap.tapId} ${to.tap.tapId}`}
            x1={from.x}
            y1={from.y}
            x2={to.x}
            y2={to.y}
            class="between"
          />
        ))}
        {dots.map(({ tap, x, y }) => (
          <g key={tap.tapId}>
            <circle cx={x} cy={y} r={6} class={tap.counts ? 'counts' : 'copy'} />
            <text x={x} y={y + 18} class="clock" text-anchor={x > picture.width / 2 ? 'end' : 'start'}>
              {cityClock(tap.at)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption class="soft">
        {say(messages.picture)}
        {placesLeftOff > 0 && ` + ${placesLeftOff} ${say(messages.placesLeftOff)}.`}
      </figcaption>
    </figure>
  );
}
