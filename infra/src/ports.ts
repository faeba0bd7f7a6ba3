/** TCP ports on loopback: which are free, and which the person has to change. */
import { createServer } from 'node:net';
import { PlainError, systemErrorCode } from './plain-error.ts';

export const loopback = '127.0.0.1';

/** Asks the system for a port nobody listens on now. */
export function findFreePort(): Promise<number> {
  return listenOnce(0);
}

/** Refuses a port that is taken, naming the environment variable that changes it. */
export async function requireFreePort(port: number, variable: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EADDRINUSE')
      throw new PlainError(
        `Port ${port} is already used by another program: stop that program, or choose another port with ${variable}=<port>.`,
      );
    if (code === 'EACCES')
      throw new PlainError(
        `Port ${port} may not be opened by this user: choose another with ${variable}=<port>.`,
      );
    throw error;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, loopback, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
