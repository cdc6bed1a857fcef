// The place of the editor: CodeMirror once it is loaded, a plain text field until then and where it fails.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SchemaTable } from '../types';
import type { Editor, EditorOptions } from './editor_view';

interface EditorProps extends EditorOptions {
  tables: SchemaTable[];
  /** Given the editor when it is there. */
  onReady: (editor: Editor) => void;
}

export function SqlEditor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const newest = useRef(props);
  const [state, setState] = useState<'loading' | 'ready' | 'plain'>('loading');
  newest.current = props;

  useEffect(() => {
    let gone = false;
    import('./editor_view').then(
      ({ mountEditor }) => {
        if (gone || !host.current) return;
        editor.current = mountEditor(host.current, {
          text: newest.current.text,
          run: () => newest.current.run(),
          cancel: () => newest.current.cancel(),
          toResult: () => newest.current.toResult(),
          changed: (text) => newest.current.changed(text),
        });
        setState('ready');
        props.onReady(editor.current);
      },
      () => {
        if (gone) return;
        setState('plain');
        props.onReady(plainEditor(() => plain.current!));
      },
    );
    return () => {
      gone = true;
      editor.current?.destroy();
    };
  }, []);
  useEffect(() => editor.current?.setSchema(props.tables), [props.tables, state]);

  return (
    <div class={`editor ${state}`}>
      <div ref={host} />
      {state !== 'ready' && (
        <textarea
          ref={plain}
          aria-label="Query"
          spellcheck={false}
          rows={6}
          readOnly={state === 'loading'}
          value={props.text}
          onInput={(event) => props.changed(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) props.run();
            else if (event.key === 'Escape') props.cancel();
          }}
        />
      )}
    </div>
  );
}

/** What a text field can do of it. */
function plainEditor(field: () => HTMLTextAreaElement): Editor {
  const put = (text: string) => {
    field().value = text;
    field().dispatchEvent(new Event('input', { bubbles: true }));
  };
  return {
    text: () => field().value,
    setText: put,
    insert: (text) => put(field().value + text),
    current: () => ({ sql: field().value, from: 0 }),
    setSchema: () => {},
    markError: () => {},
    focus: () => field().focus(),
    destroy: () => {},
  };
}
