// One ride after another through all three services: sign in, card, tickets, entry, a copy refused, exit, history.
// The history page is filled by the operator's pairing and outbox, so a trip seen there has passed through everything.
import http from 'k6/http';
import { check, fail, sleep } from 'k6';
import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';

const issuer = __ENV.ISSUER_URL;
const validator = __ENV.VALIDATOR_URL;
const riders = Number(__ENV.RIDERS || 20);
const seconds = Number(__ENV.SECONDS || 60);
const entryGate = '2A-01-in';
const exitGate = '2A-04-out';
// A card may be shown once a slot (15 s) and a ride uses two slots, so a rider rides its cards in turn.
const cardsPerRider = 8;
const secondsBetweenRides = 4;

const tapTime = new Trend('tap_duration', true);
const tripDelay = new Trend('trip_in_history_after', true);
const rides = new Counter('rides');

export const options = {
  // A rider stays signed in.
  noCookiesReset: true,
  scenarios: {
    ride: {
      executor: 'per-vu-iterations',
      vus: riders,
      iterations: Math.max(1, Math.floor(seconds / secondsBetweenRides)),
      maxDuration: `${seconds + 60}s`,
    },
  },
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
  },
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
};

const json = { headers: { 'content-type': 'application/json' } };

function post(url, body, name) {
  return http.post(url, JSON.stringify(body), { ...json, tags: { name } });
}

function expectStatus(response, status, what) {
  if (response.status !== status) fail(`${what}: HTTP ${response.status} ${response.body}`);
  return response.json();
}

// Kept between the iterations of one virtual rider.
let cards = null;

function makeCards() {
  const phone = `09${String(10_000_000 + exec.vu.idInTest).slice(-8)}`;
  const asked = expectStatus(post(`${issuer}/v1/sign-in/codes`, { phone }, 'code'), 202, 'ask for a code');
  const signIn = post(`${issuer}/v1/sign-in`, { phone, code: asked.demoCode }, 'sign-in');
  expectStatus(signIn, 200, 'sign in');
  const list = [];
  for (let n = 0; n < cardsPerRider; n++) {
    const card = { nickname: `Load ${n}`, colour: 'lake' };
    list.push(expectStatus(post(`${issuer}/v1/cards`, card, 'card'), 201, 'make a card'));
  }
  return list;
}

function tap(gate, ticket) {
  const response = post(`${validator}/v1/taps`, { gate, ticket }, 'tap');
  tapTime.add(response.timings.duration);
  return expectStatus(response, 200, 'tap');
}

function waitForTrip(cardId, entryTapId) {
  const started = Date.now();
  while (Date.now() - started < 15_000) {
    const page = http.get(`${issuer}/v1/cards/${cardId}/trips?limit=5`, { tags: { name: 'history' } });
    const trip = expectStatus(page, 200, 'history').trips.find((t) => t.tripId === entryTapId);
    if (trip && trip.state === 'complete') {
      tripDelay.add(Date.now() - started);
      return true;
    }
    sleep(0.25);
  }
  return false;
}

export default function ride() {
  if (!cards) cards = makeCards();
  const { cardId } = cards[exec.vu.iterationInInstance % cards.length];
  const made = post(`${issuer}/v1/cards/${cardId}/tickets`, { count: 2 }, 'tickets');
  const [now, next] = expectStatus(made, 200, 'tickets').tickets;
  const entry = tap(entryGate, now.ticket);
  const copy = tap(exitGate, now.ticket);
  const exit = tap(exitGate, next.ticket);
  rides.add(1);
  check(null, {
    'entry accepted': () => entry.outcome === 'accepted',
    'copy at another gate refused as replayed': () =>
      copy.outcome === 'rejected' && copy.reason === 'replayed',
    'exit accepted': () => exit.outcome === 'accepted',
    'trip in the history': () => waitForTrip(cardId, entry.tapId),
  });
  sleep(secondsBetweenRides * Math.random() + secondsBetweenRides / 2);
}
