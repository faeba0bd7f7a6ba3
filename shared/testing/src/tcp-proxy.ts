/** A TCP proxy on loopback that counts what goes through it and breaks connections in the ways networks do. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** Pieces that callers sent, each read at once: with one request at a time, the number of requests written. */
  sentPieces: () => number;
  /** From now on a reply of the server is swallowed and both ends are cut: what was asked has been done. */
  cutReplies(): void;
  /** From now on nothing comes back, and connections stay open. */
  holdReplies(): void;
  /** New connections go to another port, as after a failover behind one address; those there are are cut. */
  retarget(port: number): void;
  /** Connections work again; those that were held are cut. */
  heal(): void;
  stop(): Promise<void>;
}

type Mode = 'pass' | 'cut' | 'hold';

/** @param first where the real server listens */
export async function startTcpProxy(first: { host: string; port: number }): Promise<TcpProxy> {
  let target = first;
  let mode: Mode = 'pass';
  let pieces = 0;
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const callee = connect(target.port, target.host);
    for (const socket of [caller, callee]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {}); // its close cuts the other end
      socket.on('close', () => {
        sockets.delete(socket);
        caller.destroy();
        callee.destroy();
      });
    }
    caller.on('data', (piece) => {
      pieces += 1;
      callee.write(piece);
    });
    callee.on('data', (piece) => {
      if (mode === 'pass') caller.write(piece);
      if (mode === 'cut') caller.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    sentPieces: () => pieces,
    cutReplies() {
      mode = 'cut';
    },
    holdReplies() {
      mode = 'hold';
    },
    retarget(port) {
      target = { ...target, port };
      cutAll();
    },
    heal() {
      if (mode === 'hold') cutAll();
      mode = 'pass';
    },
    async stop() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
