/** Counts Vitest's JSON report so that nothing that went wrong is left out of the last line. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Vitest's JSON report (the form of Jest's) that is counted. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/**
 * A file that failed outside its tests (it could not be loaded, a hook threw) counts as one failure more, and so does
 * a run that failed without a failed test, as for an unhandled rejection.
 */
export function countResults(report: VitestReport, runSucceeded: boolean): Counts {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !runSucceeded ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
