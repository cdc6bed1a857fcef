// The rules of a market as Polymarket words them, and the ids it goes by.
import { useEffect, useState } from 'preact/hooks';
import * as format from '../format';
import { useKeys } from '../keys';
import { go } from '../place';
import type { Market } from '../types';
import { Copy } from './copy';
import { Panel } from './panel';
import { Moment } from './time';

function sqlFor(id: string): string {
  const text = `SELECT *\nFROM markets_current\nWHERE id = '${id.replace(/[\\']/g, '\\$&')}'`;
  return `/sql#q=${encodeURIComponent(text)}`;
}

export function MarketAbout({ market }: { market: Market }) {
  const [whole, setWhole] = useState(false);
  const { description, id, slug, condition_id, tokens, outcomes } = market;
  const long = description.length > 600;
  useKeys('Market', [{ key: 's', does: 'Open in SQL', run: () => go(sqlFor(id)) }]);
  useEffect(() => setWhole(false), [id]);
  const ids: [string, string][] = [
    ['Market', id],
    ['Slug', slug],
    ['Condition', condition_id],
    ...tokens.map((token, n): [string, string] => [`Token ${format.cut(outcomes[n] ?? String(n), 20)}`, token]),
  ];
  return (
    <Panel
      title="Rules and ids"
      actions={
        <a class="button" href={sqlFor(id)}>
          Open in SQL
        </a>
      }
    >
      <p class="rules">
        <bdi>{whole ? format.cut(description, 50_000) : format.cut(description, 600)}</bdi>
        {long && (
          <button type="button" class="small" onClick={() => setWhole(!whole)}>
            {whole ? 'Less' : 'All of it'}
          </button>
        )}
      </p>
      <dl class="ids">
        {ids
          .filter(([, value]) => value)
          .slice(0, 8)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span class="mono" title={value}>
                  {value.length > 42 ? format.hash(value) : value}
                </span>
                <Copy text={value} of={name} />
              </dd>
            </div>
          ))}
        {market.created && (
          <div>
            <dt>Created</dt>
            <dd>
              <Moment at={market.created} zoned />
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}
