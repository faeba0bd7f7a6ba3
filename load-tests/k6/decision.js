// S4: how long a gate waits for its answer, in an open loop: taps come at their rate, whether or not earlier ones are answered.
import http from 'k6/http';
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { Trend } from 'k6/metrics';

const tickets = new SharedArray('tickets', () => JSON.parse(open(__ENV.TICKETS)));
// Of a gate that has been at work for some seconds: the first taps of a new process compile it.
const decisionTime = new Trend('decision', true);
const warmUpMilliseconds = 5000;

export const options = {
  scenarios: {
    taps: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE),
      timeUnit: '1s',
      duration: `${__ENV.SECONDS}s`,
      preAllocatedVUs: 400,
      maxVUs: 400,
    },
  },
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
  },
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
};

export default function tap() {
  const ticket = tickets[exec.scenario.iterationInTest];
  const response = http.post(`${__ENV.VALIDATOR_URL}/v1/taps`, JSON.stringify({ gate: __ENV.GATE, ticket }), {
    headers: { 'content-type': 'application/json' },
  });
  if (exec.instance.currentTestRunDuration > warmUpMilliseconds) decisionTime.add(response.timings.duration);
  check(response, {
    accepted: (answer) => answer.status === 200 && answer.json('outcome') === 'accepted',
    'judged by the guard expected': (answer) => answer.json('guard') === __ENV.GUARD,
  });
}
