/**
 * HTTP requests at a steady rate, whether or not earlier ones are answered, from a thread of its own and with as little
 * work as can be: on a machine that also runs what is measured, a heavy driver measures itself.
 */
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
  /** Whether what was answered 503 is posted again, after the others have had their turn. */
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

/** So many scanners: with none free, what is due waits for one, and that counts. */
const connectionsMost = 2000;
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

function drive(load: OpenLoad): Promise<LoadResult> {
  const { port, path, perSecond, seconds } = load;
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: `;
  const queue = [...load.bodies];
  const idle: Connection[] = [];
  const result: LoadResult = { answers: [], broken: 0, latestMilliseconds: 0 };
  const total = Math.round(perSecond * seconds);
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const dueAt = (index: number) => (index * 1000) / perSecond;
  let next = 0;
  let sent = 0;
  let underWay = 0;

  function open(): Connection {
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
    return connection;
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
    if (status === 503 && load.repeatsRefused) queue.push(body);
    connection.received = connection.body = '';
    underWay -= 1;
    if (/\r\nconnection: close/i.test(received.slice(0, end))) connection.socket.destroy();
    else idle.push(connection);
  }

  function send(due: number): void {
    const body = queue[next]!;
    next += 1;
    const connection = idle.pop() ?? open();
    connection.dueAt = due;
    connection.body = body;
    underWay += 1;
    connection.socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    result.latestMilliseconds = Math.max(result.latestMilliseconds, now() - due);
  }

  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      while (next < queue.length && sent < total && dueAt(sent) <= now() && underWay < connectionsMost) {
        send(dueAt(sent));
        sent += 1;
      }
      const isShown = sent === total || (next === queue.length && underWay === 0);
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
