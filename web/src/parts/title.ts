import { useEffect } from 'preact/hooks';
import { cut } from '../format';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${cut(title, 80)} · Polyhouse` : 'Polyhouse';
  }, [title]);
}
