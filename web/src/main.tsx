// The shell: bars, and the page of the address between them.
import { render, type ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { startClock } from './clock';
import { keysShown, listenToKeys } from './keys';
import { lost, startLive } from './live';
import { Markets } from './pages/markets';
import { Now } from './pages/now';
import { BottomBar, Foot, TopBar } from './parts/bar';
import { Boundary } from './parts/boundary';
import { lazy } from './parts/lazy';
import { comeback, listenToAddress, place } from './place';
import { route, type PageName } from './routes';
import { keepSettings } from './settings';

interface PageProps {
  params: string[];
}

type Later = typeof import('./pages/later');

function later<Props extends object>(pick: (pages: Later) => ComponentType<Props>): ComponentType<Props> {
  return lazy(() => import('./pages/later').then(pick));
}

const KeysDialog = later((part) => part.KeysDialog);

const pages: Record<PageName, ComponentType<PageProps>> = {
  now: Now,
  markets: Markets,
  missing: later((page) => page.Missing),
  market: later((page) => page.MarketPage),
  event: later((page) => page.EventView),
  wallets: later((page) => page.Wallets),
  wallet: later((page) => page.WalletPage),
  trades: later((page) => page.Trades),
  sql: later((page) => page.Sql),
  quality: later((page) => page.QualityPage),
  login: later((page) => page.Login),
};

/** The row that was left, once its page has rows again. */
function focusAgain(until: number): void {
  const link = comeback.focus && document.querySelector<HTMLElement>(`main a[href="${CSS.escape(comeback.focus)}"]`);
  if (link) link.focus({ preventScroll: true });
  scrollTo(0, comeback.scroll);
  const done = Math.abs(scrollY - comeback.scroll) < 2 && (link || !comeback.focus);
  if (!done && performance.now() < until && comeback.pending) requestAnimationFrame(() => focusAgain(until));
  else comeback.pending = false;
}

function App() {
  const { path } = place.value;
  const { page, params } = route(path);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // An effect can be as late as the render after its own: the reader has left that page already.
    const left = path !== place.peek().path;
    if (first.current || left) {
      first.current = false;
    } else if (comeback.pending) {
      focusAgain(performance.now() + 3000);
    } else {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [path]);
  const Page = pages[page];
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <TopBar />
      <main id="main" ref={main} tabIndex={-1} class={`page page-${page} ${lost.value ? 'stale' : ''}`}>
        <Boundary key={path}>
          <Page key={page} params={params} />
        </Boundary>
      </main>
      <Foot />
      <BottomBar />
      {keysShown.value && <KeysDialog />}
    </>
  );
}

keepSettings();
listenToAddress();
listenToKeys();
startClock();
startLive();
render(<App />, document.getElementById('app')!);
