/**
 * HTTP requests at a steady rate, whether or not earlier ones are answered, from a thread of its own and with as little
 * work as can be: on a machine that also runs what is measured, a heavy driver measures itself.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

export interface OpenLoad {
  /** Loopback, plain HTTP. */
  port: number;
  path: string;
  /** Posted as JSON, each once, in this order. */
  bodies: string[];
  perSecond: number;
  seconds: number;
  /** Whether what was answered 503 is posted again a second later, as one of those that are due then. */
  repeatsRefused?: boolean;
}

/** One answer; times in milliseconds since the load began. */
export interface LoadAnswer {
  status: number;
  text: string;
  /** When it should have been sent: what a late driver adds counts as waiting. */
  dueAt: number;
  answeredAt: number;
}

export interface LoadResult {
  answers: LoadAnswer[];
  /** Requests whose connection broke before an answer came. */
  broken: number;
  /** How late the driver sent, at worst. */
  latestMilliseconds: number;
}

/** So many scanners, connected before the load begins: with none free, what is due waits for one, and that counts. */
const connections = 1000;
/** Fewer than a server lets wait to be connected. */
const connectedAtOnce = 100;
/** As the validator's Retry-After says. */
const retryAfterMilliseconds = 1000;
/** How long the last answers are waited for. */
const patienceMilliseconds = 20_000;

/** Throws where the server stands still; ends early where `bodies` run out. */
export function runOpenLoad(load: OpenLoad): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { openLoad: load } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

interface Connection {
  socket: Socket;
  dueAt: number;
  body: string;
  received: string;
}

async function drive(load: OpenLoad): Promise<LoadResult> {
  const { port, path, perSecond, seconds } = load;
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: `;
  /** Refused, with the time from which each may come again. */
  const again: { body: string; from: number }[] = [];
  const idle: Connection[] = [];
  const result: LoadResult = { answers: [], broken: 0, latestMilliseconds: 0 };
  const total = Math.round(perSecond * seconds);
  let startedAt = 0;
  const now = () => performance.now() - startedAt;
  const dueAt = (index: number) => (index * 1000) / perSecond;
  let fresh = 0;
  let repeated = 0;
  let sent = 0;
  let underWay = 0;

  async function open(): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, dueAt: 0, body: '', received: '' };
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => read(connection, part));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (connection.body === '') {
        const place = idle.indexOf(connection);
        if (place >= 0) idle.splice(place, 1);
      } else {
        underWay -= 1;
        result.broken += 1;
      }
    });
    await once(socket, 'connect');
    idle.push(connection);
  }

  function read(connection: Connection, part: string): void {
    connection.received += part;
    const end = connection.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(
      /content-length: (\d+)/i.exec(connection.received.slice(0, end))?.[1] ?? Number.NaN,
    );
    if (connection.received.length < end + 4 + length) return;
    const { dueAt, body, received } = connection;
    const status = Number(received.slice(9, 12));
    const text = Buffer.from(received.slice(end + 4), 'latin1').toString('utf8');
    result.answers.push({ status, text, dueAt, answeredAt: now() });
    if (status === 503 && load.repeatsRefused) again.push({ body, from: now() + retryAfterMilliseconds });
    connection.received = connection.body = '';
    underWay -= 1;
    idle.push(connection);
  }

  function takeBody(): string | undefined {
    const refused = again[repeated];
    if (refused === undefined || refused.from > now()) return load.bodies[fresh++];
    repeated += 1;
    return refused.body;
  }

  function send(due: number, body: string): void {
    const connection = idle.pop()!;
    connection.dueAt = due;
    connection.body = body;
    underWay += 1;
    connection.socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    result.latestMilliseconds = Math.max(result.latestMilliseconds, now() - due);
  }

  while (idle.length < connections) await Promise.all(Array.from({ length: connectedAtOnce }, open));
  startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      while (sent < total && dueAt(sent) <= now() && idle.length > 0) {
        const body = takeBody();
        if (body === undefined) break;
        send(dueAt(sent), body);
        sent += 1;
      }
      const isShown = sent === total || (fresh >= load.bodies.length && repeated === again.length);
      const isOver = isShown && underWay === 0;
      if (!isOver && now() < seconds * 1000 + patienceMilliseconds) return;
      clearInterval(timer);
      for (const { socket } of idle) socket.destroy();
      if (isOver) resolve(result);
      else reject(new Error(`${underWay} requests were never answered.`));
    }, 1);
  });
}

const given = (workerData as { openLoad?: OpenLoad } | null)?.openLoad;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
if (given && parentPort) parentPort.postMessage(await drive(given));
