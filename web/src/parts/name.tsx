// Names other people wrote: text only, isolated from the direction of the text around, never longer than a line or two.
import { cut } from '../format';

export function Name({ text, most = 160 }: { text: string | null | undefined; most?: number }) {
  const whole = text?.trim() || '(no name)';
  const shown = cut(whole, most);
  return (
    <bdi class="name" title={shown === whole ? undefined : cut(whole, 1000)}>
      {shown}
    </bdi>
  );
}

export function MarketLink({ id, question, row }: { id: string | null; question: string | null; row?: boolean }) {
  if (!id) return <span class="muted">market not known yet</span>;
  return (
    <a href={`/market/${encodeURIComponent(id)}`} data-row={row ? '' : undefined}>
      <Name text={question} />
    </a>
  );
}
