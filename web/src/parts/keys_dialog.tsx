import { useEffect, useRef } from 'preact/hooks';
import { allKeys, keysShown } from '../keys';
import { letters } from '../settings';

export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={() => (keysShown.value = false)}>
      <Keys close={() => dialog.current?.close()} />
    </dialog>
  );
}

function Keys({ close }: { close: () => void }) {
  return (
    <>
      <header class="panel-head">
        <h2 id="keys-title">Keys</h2>
        <div class="panel-actions">
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
      </header>
      <div class="keys">
        {allKeys().map(({ name, keys }) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(({ pressed, does }) => (
                <div key={pressed}>
                  <dt>
                    <kbd>{pressed}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={letters.value === 'on'}
          onChange={(event) => (letters.value = event.currentTarget.checked ? 'on' : 'off')}
        />
        Single letters are keys
      </label>
    </>
  );
}
