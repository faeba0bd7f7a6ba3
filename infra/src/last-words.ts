/** From what a program that failed has printed, the one line that says why. */

/** @param output its log or standard error: plain lines, pino's JSON lines, or a stack trace of Node */
export function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => /^\S/.test(line)); // the lines of a stack are indented
  const telling = lines.findLast(
    (line) => line.startsWith('{"level":60') || /error\b|FATAL|PANIC/i.test(line),
  );
  const line = telling ?? lines.at(-1) ?? 'it said nothing';
  return line.startsWith('{') ? messageOf(line) : line;
}

function messageOf(jsonLine: string): string {
  const { err, msg } = JSON.parse(jsonLine) as { err?: { message: string }; msg?: string };
  return err?.message ?? msg ?? jsonLine;
}
