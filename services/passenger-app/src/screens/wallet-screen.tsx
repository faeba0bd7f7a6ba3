/** The wallet: what is in it, and what came and went. */
import { useSignal } from '@preact/signals';
import type { WalletEntry } from '@vedong/contracts/money';
import { useEffect } from 'preact/hooks';
import { refreshWallet } from '../account.ts';
import { useFetched } from '../fetched.tsx';
import { PassIcon, PlusIcon } from '../icons.tsx';
import { contactProblem, issuer } from '../issuer-client.ts';
import { price } from '../local-words.ts';
import '../money.css';
import { moneyWords } from '../money-words.ts';
import { wallet } from '../phone.ts';
import { MyRefunds } from '../my-refunds.tsx';
import { addressOf } from '../route.ts';
import { useSending } from '../sending.tsx';
import { WalletEntries } from '../wallet-entries.tsx';

const refreshEveryMilliseconds = 10_000;
const entriesAtFirst = 20;

export function WalletScreen() {
  useEffect(() => {
    const refresh = () => void refreshWallet().catch(() => undefined);
    refresh();
    const timer = setInterval(refresh, refreshEveryMilliseconds);
    return () => clearInterval(timer);
  }, []);
  const t = moneyWords.value;
  const balance = wallet.value?.balance;
  return (
    <>
      <h1>{t.walletTitle}</h1>
      <section class="panel wallet">
        <h2>{t.balance}</h2>
        <p class="balance" data-testid="balance">
          {balance ? price(balance) : '…'}
        </p>
        {balance && balance.amount < 0 && (
          <p class="problem" data-testid="below-zero">
            {t.belowZero(price({ ...balance, amount: -balance.amount }))}
          </p>
        )}
        {contactProblem.value && <p class="hint">{t.keptBalance}</p>}
        <a class="button" href={addressOf('top-up')} data-testid="top-up">
          <PlusIcon />
          {t.topUp}
        </a>
        <a class="button quiet" href={addressOf('passes')} data-testid="open-passes">
          <PassIcon />
          {t.passes}
        </a>
      </section>
      <MyRefunds about={balance?.amount} />
      <Movements balanceAmount={balance?.amount} />
    </>
  );
}

const fetchEntries = (after?: string) =>
  issuer('GET /v1/wallet/entries', { query: { after, limit: entriesAtFirst } });

function Movements({ balanceAmount }: { balanceAmount: number | undefined }) {
  const t = moneyWords.value;
  const older = useSignal<{ entries: WalletEntry[]; next: string | null } | null>(null);
  const { answer, state } = useFetched(async () => {
    const newest = await fetchEntries();
    older.value = null;
    return newest;
  }, balanceAmount);
  const { isSending, send, problem } = useSending();
  const next = (older.value ?? answer)?.next;
  const showOlder = async () => {
    const page = await fetchEntries(next ?? undefined);
    older.value = { entries: [...(older.value?.entries ?? []), ...page.entries], next: page.next };
  };
  return (
    <section class="movements">
      <h2>{t.movements}</h2>
      {state}
      {answer?.entries.length === 0 && <p class="panel empty">{t.noMovements}</p>}
      {answer && answer.entries.length > 0 && (
        <WalletEntries entries={[...answer.entries, ...(older.value?.entries ?? [])]} />
      )}
      {problem}
      {next && (
        <button type="button" class="button quiet" disabled={isSending} onClick={() => send(showOlder)}>
          {t.showOlder}
        </button>
      )}
    </section>
  );
}
