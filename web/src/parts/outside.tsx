// The only links that leave this page: https, to hosts we know.
import type { ComponentChildren } from 'preact';

const hosts = new Set(['polymarket.com', 'polygonscan.com']);

export function known(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, hostname, href } = new URL(url);
  return protocol === 'https:' && hosts.has(hostname.replace(/^www\./, '')) ? href : null;
}

export function Outside({ to, children }: { to: string | null | undefined; children: ComponentChildren }) {
  const url = known(to);
  if (!url) return null;
  const polymarket = url.includes('//polymarket.com') || url.includes('//www.polymarket.com');
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" data-outside={polymarket ? '' : undefined}>
      {children}
      <span aria-hidden="true">↗</span>
      <span class="only-heard"> (another site)</span>
    </a>
  );
}
