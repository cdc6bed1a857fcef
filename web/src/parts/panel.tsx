import type { ComponentChildren } from 'preact';
import type { Result } from '../api';
import type { Answer } from '../types';
import { Failed, Loading, Stale } from './state';

interface PanelProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
  children?: ComponentChildren;
}

export function Panel({ title, note, actions, class: extra = '', children }: PanelProps) {
  return (
    <section class={`panel ${extra}`}>
      <header class="panel-head">
        <h2>{title}</h2>
        {note && <span class="panel-note">{note}</span>}
        {actions && <div class="panel-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface AnsweredProps<Data> {
  result: Result<Data>;
  /** Lines of the bars that stand there while it loads. */
  rows?: number;
  /** The height it will have, where that is known. */
  height?: number;
  children: (data: Data, answer: Answer<Data>) => ComponentChildren;
}

/** What was answered, or the state that stands in its place. Old values stay, and say how old they are. */
export function Answered<Data>({ result, rows, height, children }: AnsweredProps<Data>) {
  const { answer, trouble, stale, retry } = result;
  if (!answer) return trouble ? <Failed trouble={trouble} retry={retry} /> : <Loading rows={rows} height={height} />;
  return (
    <>
      {stale && <Stale at={answer.as_of} trouble={trouble} retry={retry} />}
      <div class={stale ? 'stale' : undefined} aria-busy={result.loading}>
        {children(answer.data, answer)}
      </div>
    </>
  );
}
