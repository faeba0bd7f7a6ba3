/** Reads server-sent events (WHATWG HTML, 9.2) of one connection; when it ends, connecting again is the caller's. */
import { createParser } from 'eventsource-parser';

export interface ServerEvent {
  event: string;
  data: string;
}

export interface EventReading {
  signal: AbortSignal;
  /** After which a connection that says nothing, not even a comment, is given up. */
  silenceMilliseconds: number;
}

/** Longer than any event that a gate is sent. */
const eventCharactersMost = 4_000_000;

/**
 * Gives each event as it comes, and nothing more once the connection has ended.
 * Throws where there is no stream, where it falls silent, and for an event that is too long.
 */
export async function* readEvents(url: string, reading: EventReading): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  const fallSilent = () => silence.abort(new Error(`no word for ${reading.silenceMilliseconds} ms`));
  let timer = setTimeout(fallSilent, reading.silenceMilliseconds);
  const signal = AbortSignal.any([reading.signal, silence.signal]);
  const events: ServerEvent[] = [];
  let failure: Error | undefined;
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => void events.push({ event, data }),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') failure = error;
    },
    maxBufferSize: eventCharactersMost,
  });
  try {
    const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel();
      throw new Error(`answered ${response.status} (${url})`);
    }
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      parser.feed(text);
      if (failure) throw failure;
      yield* events.splice(0);
      timer = setTimeout(fallSilent, reading.silenceMilliseconds);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
