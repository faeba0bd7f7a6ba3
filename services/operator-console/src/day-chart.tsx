/** Bars of a number by day. The same numbers stand in the tables: the picture says nothing alone. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { language } from './language.ts';

const heightPixels = 200;

export interface DayValue {
  day: string;
  value: number;
}

export function DayChart({ name, values }: { name: string; values: readonly DayValue[] }) {
  const place = useRef<HTMLDivElement>(null);
  const locale = language.value === 'vi' ? 'vi-VN' : 'en-GB';
  useEffect(() => {
    const target = place.current;
    if (!target) return undefined;
    const chart = new uPlot(
      optionsOf({ width: target.clientWidth, locale, values }),
      [values.map((_, index) => index), values.map(({ value }) => value)],
      target,
    );
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: target.clientWidth, height: heightPixels }),
    );
    observer.observe(target);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [values, locale]);
  const numbers = new Intl.NumberFormat(locale);
  const told = values.map(({ day, value }) => `${day}: ${numbers.format(value)}`).join('; ');
  return (
    <figure class="day-chart" data-testid="day-chart">
      <figcaption>{name}</figcaption>
      <p class="hidden">{told}</p>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function optionsOf({
  width,
  locale,
  values,
}: {
  width: number;
  locale: string;
  values: readonly DayValue[];
}): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (variable: string) => style.getPropertyValue(variable).trim();
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 } };
  const compact = new Intl.NumberFormat(locale, { notation: 'compact' });
  const dayOf = (index: number) => values[index]?.day.slice(5).split('-').toReversed().join('/') ?? '';
  return {
    width,
    height: heightPixels,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, values.length - 0.4] },
      y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [1, 2, 5, 10],
        values: (_chart, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? dayOf(tick) : '')),
      },
      { ...axis, size: 60, values: (_chart, ticks) => ticks.map((tick) => compact.format(tick)) },
    ],
    series: [
      {},
      {
        fill: colour('--lake'),
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 40] }) } : {}),
      },
    ],
  };
}
