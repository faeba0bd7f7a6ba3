/** Listens to the issuer's stream of changes, so that a blocked card is refused at once and not at the next refresh. */
import { heartbeatSeconds, publishedVersions } from '@vedong/contracts';
import { readEvents, type ServerEvent } from '@vedong/runtime/event-stream';
import type { Log } from '@vedong/runtime/log';
import { decodeJwt } from 'jose';
import type { Knowledge } from './knowledge.ts';

/** Before connecting again a validator waits a random part of this, which doubles with each failure. */
const pauseMilliseconds = { first: 2000, most: 60_000 };
/** Those who must fetch what could not be pushed do so spread over this time. */
const spreadMilliseconds = 1000;

export interface FollowParts {
  issuerUrl: string;
  knowledge: Knowledge;
  /** Fetches bundle and lists that are older than the issuer's. */
  catchUp: () => Promise<void>;
  log: Log;
}

export interface ChangeFollower {
  /** Whether changes are pushed to this validator now. */
  isConnected: () => boolean;
  stop: () => void;
}

export function followChanges(parts: FollowParts): ChangeFollower {
  const { knowledge, log } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let isConnected = false;
  let trouble: string | null = null;

  /** Returns when the connection has ended, whichever way. */
  async function follow(): Promise<boolean> {
    let wasConnected = false;
    try {
      const silenceMilliseconds = heartbeatSeconds * 2000;
      for await (const event of readEvents(`${parts.issuerUrl}/v1/changes`, {
        signal,
        silenceMilliseconds,
      })) {
        const isFirst = !wasConnected;
        if (isFirst && trouble !== null) log.info('changes are pushed again');
        wasConnected = isConnected = true;
        trouble = null;
        await take(event, isFirst);
      }
    } catch (error) {
      if (signal.aborted) return false;
      const why = (error as Error).message;
      if (why !== trouble) log.warn({ why }, 'changes are not pushed now; asking for them now and then');
      trouble = why;
    } finally {
      isConnected = false;
    }
    return wasConnected;
  }

  /** What does not fit or verify is left: `versions` comes after it and shows that this validator is behind. */
  async function take({ event, data }: ServerEvent, isFirst: boolean): Promise<void> {
    try {
      if (event === 'trust-bundle') await knowledge.takeTrustBundle(data);
      else if (event === 'status-delta') await takeDelta(data);
      else if (event === 'versions') await compare(data, isFirst);
    } catch (error) {
      log.warn({ event, why: (error as Error).message }, 'a pushed change could not be taken; fetching it');
    }
  }

  /** The issuer says which versions are its newest. */
  async function compare(data: string, isFirst: boolean): Promise<void> {
    if (knowledge.isBehind(publishedVersions.parse(JSON.parse(data)))) {
      if (!isFirst) await pause(Math.random() * spreadMilliseconds, signal);
      await parts.catchUp();
      return;
    }
    for (const { name } of knowledge.listWanted()) knowledge.confirmStatusList(name);
  }

  async function takeDelta(delta: string): Promise<void> {
    const { sub } = decodeJwt(delta);
    const wanted = knowledge.listWanted().find(({ url }) => url === sub);
    if (wanted) await knowledge.lists.takeDelta(wanted, delta);
  }

  async function followForEver(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      failures = (await follow()) ? 0 : failures + 1;
      const most = Math.min(pauseMilliseconds.most, pauseMilliseconds.first * 2 ** failures);
      await pause(Math.random() * most, signal);
    }
  }

  void followForEver();
  return { isConnected: () => isConnected, stop: () => stopping.abort() };
}

/** Ends early, and without an error, when `signal` is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
