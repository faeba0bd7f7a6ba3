/** The test city's stream of changes, and what its status lists said before. */
import type { ServerResponse } from 'node:http';

export type CityEvent = readonly [event: string, data: string];

export function createChanges() {
  const streams = new Set<ServerResponse>();
  const past = new Map<number, ReadonlyMap<number, number>>();
  return {
    open(response: ServerResponse): void {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.add(response);
      response.once('close', () => streams.delete(response));
    },
    push(events: readonly CityEvent[]): void {
      for (const stream of streams)
        stream.write(events.map(([event, data]) => `event: ${event}\ndata: ${data}\n\n`).join(''));
    },
    cut(): void {
      for (const stream of streams) stream.destroy();
    },
    remember: (version: number, status: ReadonlyMap<number, number>) =>
      void past.set(version, new Map(status)),
    statusAt: (version: number) => past.get(version),
    forget: () => past.clear(),
  };
}
