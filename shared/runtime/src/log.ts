/** JSON logs to standard output. Never log a ticket, a token or a phone number. */
import { pino, type Logger } from 'pino';

export type Log = Logger;

export function createLog(service: string, level: string): Log {
  return pino({ base: { service }, level, timestamp: pino.stdTimeFunctions.isoTime });
}

export const silentLog: Log = pino({ level: 'silent' });
