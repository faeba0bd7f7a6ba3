/** The one error that reading a ticket's text or bytes can throw. */

/** Text or bytes that are no VD1 ticket. The message never holds any of the input. */
export class TicketFormatError extends Error {
  override readonly name = 'TicketFormatError';
}
