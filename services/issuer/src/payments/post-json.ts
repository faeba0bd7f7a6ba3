/** Asks a payment provider something by HTTP. */

const answerMilliseconds = 10_000;
const longestAnswerBytes = 20_000;

/** The JSON of a 2xx or 4xx answer. Throws where there was none in time, or no JSON, or too much of it. */
export async function postJson(url: string, body: unknown): Promise<{ isOk: boolean; answer: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(answerMilliseconds),
  });
  if (response.status >= 500) throw new Error(`the provider answered ${response.status}`);
  return { isOk: response.ok, answer: JSON.parse(await readText(response)) };
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestAnswerBytes) throw new Error('the provider’s answer is too long');
  }
  return text;
}
