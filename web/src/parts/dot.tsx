// A state: a plain dot while all is well, shape, colour and word when not.
import type { ComponentChildren } from 'preact';
import type { MarketState, State } from '../types';

const words: Record<State, string> = { good: 'good', warn: 'warning', bad: 'bad', idle: 'idle', off: 'off' };

export function Dot({ state, children }: { state: State; children?: ComponentChildren }) {
  return (
    <span class={`dot ${state}`}>
      <i class={`mark ${state}`} aria-hidden="true" />
      {children ?? words[state]}
      {children && state !== 'good' && <span class="only-heard"> ({words[state]})</span>}
    </span>
  );
}

const marketStates: Record<MarketState, State> = { open: 'good', paused: 'warn', closed: 'idle', resolved: 'idle' };

export function MarketDot({ state }: { state: MarketState }) {
  return (
    <span class="nowrap">
      <Dot state={marketStates[state] ?? 'idle'}>{state}</Dot>
    </span>
  );
}

const order: State[] = ['off', 'idle', 'good', 'warn', 'bad'];

export function worst(states: State[]): State {
  return states.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'off');
}
