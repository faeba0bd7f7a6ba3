/** A TCP proxy that can cut the connection when the answer comes: the work is done and nobody is told. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** How many answers it has cut off. */
  cuts(): number;
  stop(): Promise<void>;
}

/** @param shouldCut asked once for each answer that begins */
export async function startCuttingProxy(
  upstreamUrl: string,
  shouldCut: () => boolean,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(upstreamUrl);
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
    }
    client.pipe(upstream);
    upstream.on('data', (part) => {
      // Answers here are short: the first part of each begins with the status line.
      if (part.toString('latin1', 0, 5) === 'HTTP/' && shouldCut()) {
        cuts += 1;
        client.destroy();
        upstream.destroy();
        return;
      }
      client.write(part);
    });
    upstream.on('end', () => client.end());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
