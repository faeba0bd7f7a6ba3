import { measureDeviceTickets, measureSingleTickets } from './verification.ts';
const d = await measureDeviceTickets();
console.log(
  d,
  d.bareNewPhone / d.verifyNewPhone,
  d.bareKnownPhone / d.verifyKnownPhone,
  d.bareKnownPhone / d.verifyNewPhone,
);
const s = await measureSingleTickets();
console.log(s, s.bare / s.verify, s.jose / s.verify);
