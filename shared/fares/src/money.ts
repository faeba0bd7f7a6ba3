/** Exact money: whole numbers of a currency's smallest unit inside, decimal text outside, no fractions between. */

/** `amount` is a whole number of the currency's smallest unit (ISO 4217): 320 is 3.20 CAD, 8000 is 8000 VND. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Ten thousand of these still add up exactly in a double. */
export const largestAmount = 10 ** 11;

/** ISO 4217, active codes by number of decimals. */
const currenciesByDecimals: [decimals: number, codes: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE ' +
      'CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD ' +
      'HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK ' +
      'MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD ' +
      'RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH ' +
      'USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  ],
];

const decimalsByCurrency: ReadonlyMap<string, number> = new Map(
  currenciesByDecimals.flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, decimals])),
);

/** Decimals of a currency (ISO 4217); undefined for a code that is not in use. */
export function findDecimals(currency: string): number | undefined {
  return decimalsByCurrency.get(currency);
}

export type AmountFault = 'not_a_decimal' | 'too_precise' | 'too_large';

/** Reads `3.20` as 320 where there are two decimals. More decimals than the currency has are a fault, also zeros. */
export function parseAmount(text: string, decimals: number): number | AmountFault {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return 'not_a_decimal';
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.length > decimals) return 'too_precise';
  const amount = Number(whole + fraction.padEnd(decimals, '0'));
  if (amount > largestAmount) return 'too_large';
  return sign === '-' && amount !== 0 ? -amount : amount;
}

/** Plain decimal text with the decimals of the currency: `3.20`, `8000`. Throws RangeError for an unknown currency. */
export function formatAmount({ amount, currency }: Money): string {
  const decimals = findDecimals(currency);
  if (decimals === undefined) throw new RangeError(`${currency} is not a currency of ISO 4217`);
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount is a whole number');
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const sign = amount < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
