/** Phone numbers: one written form for all the ways people type them. */
import { ServiceError } from '@vedong/runtime/problem';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/mobile';

/** E.164, like `+84912345678`. Throws `phone_not_supported` for anything but a mobile number of the country. */
export function normalisePhone(text: string, country: CountryCode): string {
  const number = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  if (!number || number.country !== country || number.ext || !number.isValid()) {
    throw new ServiceError(400, 'phone_not_supported', {
      detail: `This is not a mobile number of ${country}.`,
    });
  }
  return number.number;
}
