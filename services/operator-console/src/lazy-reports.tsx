/** The reports with their charts, fetched when somebody first opens them. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Loading, Trouble } from './notices.tsx';

export function LazyReports() {
  const [View, setView] = useState<FunctionComponent | null>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    import('./reports-view.tsx').then(
      ({ ReportsView }) => setView(() => ReportsView),
      () => setMissing(true),
    );
  }, []);
  if (isMissing) return <Trouble code="no_answer" />;
  return View ? <View /> : <Loading />;
}
