// A plain form; a start link carries the token in its fragment, which is wiped before anything else.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useTitle } from '../parts/title';
import { place } from '../place';
import { decode } from '../routes';

const failures: Record<string, string> = {
  wrong: 'This token is not the one of this server.',
  busy: 'Too many tries: wait ten seconds, then try again.',
};

/** A query of SQL comes along; the browser takes it from the form to the page that follows, past the server. */
const isQuery = () => location.hash.startsWith('#q=');

function takeFragment(): string {
  if (isQuery()) return '';
  const token = decode(location.hash.slice(1));
  if (token) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** Only a path of this page is gone back to. */
function nextPath(): string {
  const next = place.value.query.get('next') ?? '/';
  return /^\/(?![/\\])[^\s\\]*$/.test(next) ? next : '/';
}

export function Login() {
  useTitle('Log in');
  const form = useRef<HTMLFormElement>(null);
  const [token, setToken] = useState('');
  const [fromLink] = useState(takeFragment);
  const failed = place.value.query.get('failed');
  useEffect(() => {
    if (fromLink) setToken(fromLink);
  }, []);
  useEffect(() => {
    if (fromLink && token === fromLink) form.current?.submit();
  }, [token]);
  return (
    <div class="alone">
      <h1>Log in</h1>
      <form ref={form} method="post" action={isQuery() ? `/login${location.hash}` : '/login'} class="login">
        <label>
          Token
          <input
            name="token"
            type="password"
            autofocus
            autocomplete="current-password"
            required
            value={token}
            aria-invalid={Boolean(failed)}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <input type="hidden" name="next" value={nextPath()} />
        <button type="submit" class="strong">
          Log in
        </button>
        {failed && (
          <p class="wrong" role="alert">
            {failures[failed] ?? 'That did not work.'}
          </p>
        )}
      </form>
      <p class="muted">The token is in the settings of the server: listen_token. A session lasts twelve hours.</p>
    </div>
  );
}
