/** A rider signs in at the passenger app as people do in the demo: by number and the code that the page shows. */
import type { Page } from 'playwright-core';

/** Until the app shows the code of the rider's first card. */
export async function signInRider(app: Page, issuerUrl: string, phone: string): Promise<void> {
  await app.goto(issuerUrl);
  await app.getByTestId('phone').fill(phone);
  await app.getByTestId('send-code').click();
  await app.getByTestId('fill-demo-code').click();
  await app.getByTestId('enter-code').click();
  await app.getByTestId('code').waitFor();
}
