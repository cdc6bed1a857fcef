// The search box of every page: markets, events, tags; a wallet, an id or a pasted address goes straight there.
import { useEffect, useRef, useState } from 'preact/hooks';
import { address, useAnswer } from '../api';
import { chance, plural } from '../format';
import { go, place } from '../place';
import { pathOf } from '../routes';
import type { Search as Found } from '../types';
import { Name } from './name';

interface Hit {
  path: string;
  kind: string;
  text: string;
  note: string;
}

function hitsOf(found: Found | undefined, typed: string): Hit[] {
  const hits: Hit[] = [];
  const direct = pathOf(typed);
  if (direct) hits.push({ path: direct, kind: 'Open', text: direct, note: '' });
  for (const { id, question, outcome, price, closed } of found?.markets ?? [])
    hits.push({
      path: `/market/${encodeURIComponent(id)}`,
      kind: 'Market',
      text: question,
      note: closed ? 'closed' : `${chance(price)} ${outcome}`,
    });
  for (const { slug, id, title, markets } of found?.events ?? [])
    hits.push({
      path: `/event/${encodeURIComponent(slug || id)}`,
      kind: 'Event',
      text: title,
      note: plural(markets, 'market'),
    });
  for (const { tag, markets } of found?.tags ?? [])
    hits.push({
      path: address('/markets', { tag }),
      kind: 'Tag',
      text: tag,
      note: plural(markets, 'market'),
    });
  return hits;
}

function useSettled(text: string, ms: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}

export function Search() {
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const settled = useSettled(typed.trim(), 150);
  const asked = open && settled.length >= 2 && !pathOf(settled) ? settled.slice(0, 200) : '';
  const result = useAnswer<Found>(asked ? address('/api/search', { q: asked }) : null, { carry: true });
  const hits = hitsOf(asked ? result.answer?.data : undefined, settled);
  const listed = open && typed.trim().length >= 2;

  useEffect(() => {
    setOpen(false);
    setTyped('');
  }, [place.value.path]);

  const leave = (path: string) => {
    setOpen(false);
    setTyped('');
    box.current?.blur();
    go(path);
  };
  const submit = () => {
    const text = typed.trim();
    if (!text) return;
    leave(hits[chosen]?.path ?? pathOf(text) ?? address('/markets', { q: text, state: 'all' }));
  };
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setOpen(true);
      setChosen((at) => Math.max(-1, Math.min(hits.length - 1, at + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape') {
      setOpen(false);
      box.current?.blur();
    }
  };

  return (
    <search class="search">
      <input
        id="search"
        ref={box}
        type="search"
        placeholder="Search"
        aria-label="Search markets, events, tags, wallets"
        role="combobox"
        list={undefined}
        aria-expanded={listed}
        aria-controls="search-hits"
        aria-autocomplete="list"
        aria-activedescendant={listed && hits[chosen] ? `hit-${chosen}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
        onKeyDown={keyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      <div class="hits" hidden={!listed}>
        <ul id="search-hits" role="listbox" aria-label="Found">
          {hits.map((hit, n) => (
            <li
              key={hit.path}
              id={`hit-${n}`}
              role="option"
              aria-selected={n === chosen}
              onPointerDown={(event) => {
                event.preventDefault();
                leave(hit.path);
              }}
            >
              <span class="hit-kind">{hit.kind}</span>
              <Name text={hit.text} />
              <span class="hit-note">{hit.note}</span>
            </li>
          ))}
        </ul>
        {!hits.length && (
          <p class="hit-empty">{whyNone(result.trouble?.message, result.loading || settled !== typed.trim())}</p>
        )}
      </div>
    </search>
  );
}

function whyNone(trouble: string | undefined, waiting: boolean): string {
  if (trouble) return trouble;
  return waiting ? 'Searching' : 'Nothing has this text. Enter looks among closed ones, too.';
}
