import { expect, it } from 'vitest';
import { countResults } from './test-counts.ts';

const good = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

it('counts what passed', () => {
  expect(countResults(good, true)).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

it('counts skipped and planned tests as skipped', () => {
  const report = { ...good, numPendingTests: 2, numTodoTests: 1 };
  expect(countResults(report, true)).toEqual({ passed: 3, failed: 0, skipped: 3 });
});

it('counts a file that could not be loaded', () => {
  const report = { ...good, testResults: [...good.testResults, { status: 'failed', assertionResults: [] }] };
  expect(countResults(report, false)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

it('counts a failed test once, not its file again', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
  expect(countResults({ ...good, numFailedTests: 1, testResults }, false).failed).toBe(1);
});

it('counts a run that failed although every test passed', () => {
  expect(countResults(good, false).failed).toBe(1);
});
