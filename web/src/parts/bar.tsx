// The bar on top, and on a phone the one at the bottom.
import { useState } from 'preact/hooks';
import { span } from '../format';
import { keysShown } from '../keys';
import { connected, hello, lost, now, quiet } from '../live';
import { place } from '../place';
import { route, type PageName } from '../routes';
import { nextTheme, nextZone, theme, zone } from '../settings';
import { Search } from './search';

const pages: { path: string; text: string; has: PageName[] }[] = [
  { path: '/', text: 'Now', has: ['now'] },
  { path: '/markets', text: 'Markets', has: ['markets', 'market', 'event'] },
  { path: '/trades', text: 'Trades', has: ['trades'] },
  { path: '/wallets', text: 'Wallets', has: ['wallets', 'wallet'] },
  { path: '/sql', text: 'SQL', has: ['sql'] },
  { path: '/quality', text: 'Quality', has: ['quality'] },
];

function PageLink({ path, text, has }: (typeof pages)[number]) {
  const here = has.includes(route(place.value.path).page);
  return (
    <a href={path} aria-current={here ? 'page' : undefined}>
      {text}
    </a>
  );
}

function Logo() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 4 28 11.5V27H4V11.5Z" />
        <path d="M10.5 22v-4M16 22v-9M21.5 22v-6" />
      </svg>
      Polyhouse
    </a>
  );
}

/** The state of the page's own link, in a word that changes only with the state. */
function Link() {
  const bad = now.value?.level === 'bad';
  const word = lost.value ? 'no news' : connected.value ? 'live' : 'connecting';
  const mark = lost.value ? 'bad' : connected.value ? 'good' : 'idle';
  return (
    <span class={`link ${lost.value ? 'lost' : ''}`}>
      <i class={`mark ${mark}`} aria-hidden="true" />
      <span role="status">{word}</span>
      {lost.value && <span aria-hidden="true">for {span(quiet.value)}</span>}
      {!lost.value && bad && place.value.path !== '/' && (
        <a class="warned" href="/">
          problem
        </a>
      )}
    </span>
  );
}

const themeSigns = { auto: '◐', light: '○', dark: '●' };
const themeNames = { auto: 'as the system', light: 'light', dark: 'dark' };

function Switches() {
  return (
    <>
      <button type="button" class="quiet" onClick={nextZone} title="UTC or local time (u)">
        {zone.value === 'utc' ? 'UTC' : 'Local'}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        title="Theme (t)"
        aria-label={`Theme: ${themeNames[theme.value]}`}
      >
        {themeSigns[theme.value]}
      </button>
      <button type="button" class="quiet" onClick={() => (keysShown.value = true)} title="Keys (?)" aria-label="Keys">
        ?
      </button>
    </>
  );
}

export function TopBar() {
  return (
    <header class="top">
      <div class="top-in">
        <Logo />
        <nav class="pages" aria-label="Pages">
          {pages.map((page) => (
            <PageLink key={page.path} {...page} />
          ))}
        </nav>
        <Search />
        <Link />
        <div class="switches">
          <Switches />
        </div>
      </div>
    </header>
  );
}

export function BottomBar() {
  const [more, setMore] = useState(false);
  const inMore = ['wallets', 'wallet', 'quality'].includes(route(place.value.path).page);
  return (
    <div class="bottom">
      {more && (
        <div class="more" onClick={() => setMore(false)}>
          <nav aria-label="More pages">
            <PageLink {...pages[3]} />
            <PageLink {...pages[5]} />
          </nav>
          <div class="more-switches">
            <Switches />
          </div>
        </div>
      )}
      <nav class="tabs" aria-label="Pages, at the bottom">
        {[pages[0], pages[1], pages[2], pages[4]].map((page) => (
          <PageLink key={page.path} {...page} />
        ))}
        <button type="button" aria-expanded={more} class={inMore ? 'here' : undefined} onClick={() => setMore(!more)}>
          More
        </button>
      </nav>
    </div>
  );
}

export function Foot() {
  const roles = now.value?.roles ?? [];
  const alive = roles.filter(({ state }) => state !== 'bad').length;
  return (
    <footer class="foot">
      <a href="/licences.txt">Licences</a>
      <span>Polyhouse {hello.value?.version}</span>
      {roles.length > 0 && (
        <span>
          {alive} of {roles.length} roles alive
        </span>
      )}
      {hello.value?.features.replay === 'token' && (
        <form method="post" action="/logout">
          <button class="small">Log out</button>
        </form>
      )}
      <span class="foot-end">
        Volumes of markets are Gamma's; sums of trades count each match once. Times are{' '}
        {zone.value === 'utc' ? 'UTC' : 'local'}.
      </span>
    </footer>
  );
}
