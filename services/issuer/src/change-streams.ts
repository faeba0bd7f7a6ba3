/** Tells connected gates of every change of trust bundle and status lists by server-sent events (WHATWG HTML, 9.2). */
import type { ServerResponse } from 'node:http';
import { heartbeatSeconds } from '@vedong/contracts';
import type { Log } from '@vedong/runtime/log';
import { Gauge, type Registry } from '@vedong/runtime/metrics';
import { ServiceError } from '@vedong/runtime/problem';
import type { Request, Response } from 'express';
import { getVersions, type Versions } from './db/status-changes.ts';
import type { Issuer } from './issuer.ts';

/** Every process looks for what any process or command has changed. */
const lookMilliseconds = 500;
/** What may wait for a reader before it is cut off; it comes back and fetches what it missed. */
const waitingBytesMost = 256_000;
/** A longer delta is fetched by each reader when it finds itself behind. */
const pushedCharactersMost = 16_000;

export interface ChangeStreams {
  /** Answers with a stream that stays open. Throws `too_many_streams`, or `stopping` after `end`. */
  open(request: Request, response: Response): Promise<void>;
  /** Ends all streams, so that the service can stop. */
  end(): void;
}

export interface ChangeStreamsParts extends Pick<Issuer, 'db' | 'config' | 'trust' | 'statusLists'> {
  registry: Registry;
  log: Log;
}

export function createChangeStreams(parts: ChangeStreamsParts): ChangeStreams {
  const { db, config, log } = parts;
  const streams = new Map<Response, string>();
  let announced: Versions | undefined;
  let isFailing = false;
  let isEnded = false;
  let looking: NodeJS.Timeout | undefined;
  const heartbeat = setInterval(() => broadcast(': \n\n'), heartbeatSeconds * 1000).unref();
  // The registry holds the gauge.
  const gauge: Gauge = new Gauge({
    name: 'vedong_change_streams',
    help: 'Readers connected to the stream of changes',
    registers: [parts.registry],
    collect: () => gauge.set(streams.size),
  });

  function broadcast(text: string): void {
    for (const stream of streams.keys()) send(stream, text);
  }

  async function look(): Promise<void> {
    try {
      const versions = await getVersions(db);
      const text = announced && (await describeChanges(parts, announced, versions));
      announced = versions;
      if (text) broadcast(text);
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'changes cannot be read now; gates hear of them later');
      isFailing = true;
    }
    looking = undefined;
    lookAgain();
  }

  /** Nobody listens, nobody looks. */
  function lookAgain(): void {
    if (streams.size === 0) announced = undefined;
    else looking ??= setTimeout(() => void look(), lookMilliseconds).unref();
  }

  function requireRoom(address: string): void {
    if (isEnded) throw new ServiceError(503, 'stopping', { retryAfterSeconds: 1 });
    const ofAddress = [...streams.values()].filter((other) => other === address).length;
    if (streams.size < config.changeStreams && ofAddress < config.changeStreamsPerAddress) return;
    throw new ServiceError(503, 'too_many_streams', {
      detail: 'Too many readers are connected. Poll trust bundle and status lists, and try again later.',
      retryAfterSeconds: 60,
    });
  }

  return {
    async open(request, response) {
      const address = request.ip ?? '';
      requireRoom(address);
      // Registered before the versions are read: nothing that happens in between is missed.
      streams.set(response, address);
      response.once('close', () => streams.delete(response));
      try {
        const versions = await getVersions(db);
        announced ??= versions;
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        send(response, eventText('versions', JSON.stringify(versions)));
      } catch (error) {
        streams.delete(response);
        throw error;
      }
      lookAgain();
    },
    end() {
      isEnded = true;
      clearInterval(heartbeat);
      clearTimeout(looking);
      for (const stream of streams.keys()) stream.end();
      streams.clear();
    },
  };
}

/** Nothing is written to a stream whose head is not, and one that does not keep up is cut off. */
export function send(stream: ServerResponse, text: string): void {
  if (!stream.headersSent) return;
  stream.write(text);
  if (stream.writableLength > waitingBytesMost) stream.destroy();
}

/** The events that lead from one state to the next; undefined where nothing changed. */
async function describeChanges(
  { trust, statusLists }: Pick<Issuer, 'trust' | 'statusLists'>,
  before: Versions,
  now: Versions,
): Promise<string | undefined> {
  const hasNewBundle = now.trustBundle !== before.trustBundle;
  if (!hasNewBundle && now.statusLists === before.statusLists) return undefined;
  let text = '';
  if (hasNewBundle) {
    trust.reread();
    text += eventText('trust-bundle', (await trust.getPublished()).jws);
  }
  if (now.statusLists > before.statusLists) {
    for (const serviceDay of statusLists.listDays()) {
      const delta = await statusLists.getDelta(serviceDay, before.statusLists).catch(unlessRefused);
      if (delta === undefined || delta.length > pushedCharactersMost) continue;
      text += eventText('status-delta', delta);
    }
  }
  return text + eventText('versions', JSON.stringify(now));
}

/** Where there is no such delta, readers see by the versions that they must fetch the list. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error;
}

const eventText = (event: string, dataLine: string): string => `event: ${event}\ndata: ${dataLine}\n\n`;
