import { useState } from 'preact/hooks';
import { hash } from '../format';

/** Copies a text, and says so in its own place. */
export function Copy({ text, label = 'Copy', of }: { text: string; label?: string; of?: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    setTimeout(() => setSaid(''), 1500);
  };
  return (
    <button type="button" class="copy" onClick={copy} aria-label={of ? `${label} ${of}` : undefined}>
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}

/** A command to type elsewhere. */
export function Command({ text }: { text: string }) {
  if (!text) return null;
  return (
    <div class="command">
      <code>{text}</code>
      <Copy text={text} of="the command" />
    </div>
  );
}

/** 0x3f4c…a1e2, whole in the tooltip; a link to the wallet's page. */
export function WalletLink({ address }: { address: string }) {
  if (!address) return <span class="muted">–</span>;
  return (
    <a class="mono" href={`/wallet/${encodeURIComponent(address)}`} title={address}>
      {hash(address)}
    </a>
  );
}
