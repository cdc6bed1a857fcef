// The one event stream of this tab: open while the page is seen, closed when it is hidden.
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { address, ask } from './api';
import { clock, serverNow, setServerTime } from './clock';
import type { LiveEvents, LiveHello, Now } from './types';

type Topic = 'trades' | 'quality' | `market:${string}`;
type Filter = Record<string, string | null>;

interface Subscription {
  topic: Topic;
  filter: Filter;
  heard: <Name extends keyof LiveEvents>(name: Name, message: LiveEvents[Name]) => void;
}

export const hello = signal<LiveHello | null>(null);
/** The last state of everything. */
export const now = signal<Now | null>(null);
/** When the server was heard last, by its own clock. */
const lastNews = signal(serverNow());
export const connected = signal(false);

/** Silence after which the link is said to be lost: the server speaks each second. */
const silence = 8000;

/** How long the page has heard nothing. */
export const quiet = computed(() => clock.value - lastNews.value);
export const lost = computed(() => quiet.value > silence);

const names = ['hello', 'now', 'trades', 'market', 'quality', 'bye'] as const;
const subscriptions = new Set<Subscription>();
let stream: EventSource | null = null;
let openAddress = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function wanted(): string {
  const topics = new Set<string>(['now']);
  let filter: Filter = {};
  for (const each of subscriptions) {
    topics.add(each.topic);
    filter = { ...filter, ...each.filter };
  }
  return address('/api/live', { topics: [...topics].join(','), ...filter });
}

function close(): void {
  stream?.close();
  stream = null;
  clearTimeout(timer);
}

function openAfter(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(open, ms);
}

function open(): void {
  close();
  if (document.hidden) return;
  openAddress = wanted();
  const opened = new EventSource(openAddress);
  stream = opened;
  for (const name of names) opened.addEventListener(name, (event) => hear(name, event as MessageEvent<string>));
  opened.onerror = () => {
    connected.value = false;
    if (opened.readyState !== EventSource.CLOSED || stream !== opened) return;
    // A refused stream is not tried again by the browser, nor does it say why: a session that has ended, an answer does.
    ask('/api/now').catch(() => {});
    openAfter(2000);
  };
}

function hear<Name extends keyof LiveEvents>(name: Name, event: MessageEvent<string>): void {
  const message = JSON.parse(event.data) as LiveEvents[Name];
  connected.value = true;
  lastNews.value = serverNow();
  if (name === 'hello') greet(message as LiveHello);
  if (name === 'now') now.value = message as Now;
  if (name === 'bye') connected.value = false;
  for (const each of subscriptions) each.heard(name, message);
}

/** A new program behind the same address brings a new page: load it, once. */
function greet(message: LiveHello): void {
  setServerTime(message.server_time);
  lastNews.value = serverNow();
  const before = hello.value;
  hello.value = message;
  if (!before || before.version === message.version) return;
  try {
    if (sessionStorage.getItem('reloaded for') === message.version) return;
    sessionStorage.setItem('reloaded for', message.version);
    location.reload();
  } catch {
    // Without storage a loop of reloads could not be told; the old page goes on.
  }
}

function changed(): void {
  if (!document.hidden && wanted() !== openAddress) openAfter(0);
}

export function startLive(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else openAfter(Math.random() * 500);
  });
  openAfter(0);
}

/** Listens to a topic while the component stands. `key` says when topic, filter or listener changed. */
export function useTopic(topic: Topic | null, filter: Filter, heard: Subscription['heard']): void {
  const key = JSON.stringify([topic, filter]);
  useEffect(() => {
    if (!topic) return;
    const subscription: Subscription = { topic, filter, heard };
    subscriptions.add(subscription);
    changed();
    return () => {
      subscriptions.delete(subscription);
      setTimeout(changed, 0);
    };
  }, [key]);
}
