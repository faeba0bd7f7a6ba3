/** A process full of connections that listen to the issuer's changes, and note when each hears of a version. */
import { publishedVersions } from '@vedong/contracts';
import { readEvents } from '@vedong/runtime/event-stream';

/** To the parent: all are connected, or when each of them had heard of a version, in milliseconds since 1970. */
export type Said = { kind: 'connected' } | { kind: 'heard'; version: number; at: number[] };

const [url = '', count = '0'] = process.argv.slice(2);
const wanted = Number(count);
const heard = new Map<number, number[]>();
let connected = 0;

const tell = (said: Said) => void process.send?.(said);

async function listen(): Promise<void> {
  const signal = new AbortController().signal;
  let isFirst = true;
  for await (const { event, data } of readEvents(`${url}/v1/changes`, {
    signal,
    silenceMilliseconds: 60_000,
  })) {
    if (event !== 'versions') continue;
    if (isFirst) {
      isFirst = false;
      connected += 1;
      if (connected === wanted) tell({ kind: 'connected' });
      continue;
    }
    const { statusLists: version } = publishedVersions.parse(JSON.parse(data));
    const at = heard.get(version) ?? [];
    heard.set(version, at);
    at.push(Date.now());
    if (at.length === wanted) tell({ kind: 'heard', version, at });
  }
  throw new Error('the issuer ended a stream');
}

for (let index = 0; index < wanted; index += 1) {
  void listen();
  // As validators do not all start at one moment.
  if (index % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 50));
}
