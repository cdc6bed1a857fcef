// CodeMirror in a shadow root, where its styles are adopted sheets and need no exception of the policy.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, SQLDialect, StandardSQL } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { SchemaTable } from '../types';

export interface Editor {
  text: () => string;
  setText: (text: string) => void;
  insert: (text: string) => void;
  /** The selection, or the statement under the cursor, and where it begins. */
  current: () => { sql: string; from: number };
  setSchema: (tables: SchemaTable[]) => void;
  markError: (at: number | null) => void;
  focus: () => void;
  destroy: () => void;
}

const clickhouse = SQLDialect.define({
  keywords: `${StandardSQL.spec.keywords ?? ''} select from where group by order limit having with as and or not in is null
    like ilike between case when then else end distinct union all join left right inner outer full cross on using asc
    desc offset prewhere final sample settings format array any asof global totals rollup cube interval explain describe
    show tables over partition window qualify`,
  types: `string uint8 uint16 uint32 uint64 uint128 uint256 int8 int16 int32 int64 int128 int256 float32 float64 decimal
    date date32 datetime datetime64 bool uuid array map tuple nullable lowcardinality enum8 enum16`,
  backslashEscapes: true,
  identifierQuotes: '`"',
});

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--panel)', fontSize: '13px', maxHeight: '50vh' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '132px' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--faint)', backgroundColor: 'var(--panel)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'var(--sunken)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--sunken)' },
  '&.cm-focused .cm-selectionBackground, .cm-content ::selection': { backgroundColor: 'var(--selection)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--selection)', outline: 'none' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-wrong': { textDecoration: 'underline wavy var(--bad)', backgroundColor: 'var(--bad-ground)' },
  '.cm-tooltip': { color: 'var(--text)', backgroundColor: 'var(--panel)', border: '1px solid var(--line-strong)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--on-accent)', backgroundColor: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '1em' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: [tags.comment], color: 'var(--faint)' },
  { tag: [tags.typeName], color: 'var(--muted)' },
]);

const setWrong = StateEffect.define<number | null>();

const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) if (effect.is(setWrong)) return wrongMark(change.state, effect.value);
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The word at that place; at the end of the text, the last one. */
function wrongMark(state: EditorState, at: number | null): DecorationSet {
  const { length } = state.doc;
  if (at === null || !length) return Decoration.none;
  const place = Math.min(at, length - 1);
  const word = state.wordAt(place);
  const from = word?.from ?? place;
  return Decoration.set([Decoration.mark({ class: 'cm-wrong' }).range(from, word?.to ?? from + 1)]);
}

function completions(tables: SchemaTable[]) {
  const schema: Record<string, { label: string; type: string; detail: string }[]> = {};
  for (const { table, columns } of tables)
    schema[table] = columns.map(({ name, type }) => ({ label: name, type: 'property', detail: type.slice(0, 40) }));
  return sql({ dialect: clickhouse, schema, upperCaseKeywords: true });
}

function statement(state: EditorState): { sql: string; from: number } {
  const { from, to, head } = state.selection.main;
  if (from !== to) return { sql: state.sliceDoc(from, to), from };
  let found = { from: 0, to: state.doc.length };
  for (let node = syntaxTree(state).topNode.firstChild; node; node = node.nextSibling) {
    if (node.name !== 'Statement') continue;
    found = { from: node.from, to: node.to };
    if (node.to >= head) break;
  }
  return { sql: state.sliceDoc(found.from, found.to).replace(/;\s*$/, ''), from: found.from };
}

export interface EditorOptions {
  text: string;
  run: () => void;
  cancel: () => void;
  toResult: () => void;
  changed: (text: string) => void;
}

function keys({ run, cancel, toResult }: EditorOptions) {
  const does = (action: () => void) => () => {
    action();
    return true;
  };
  return keymap.of([
    { key: 'Mod-Enter', run: does(run), preventDefault: true },
    ...completionKeymap,
    { key: 'Escape', run: does(cancel) },
    { key: 'Alt-ArrowDown', run: does(toResult), preventDefault: true },
    ...closeBracketsKeymap,
    ...historyKeymap,
    // Tab stays out: it leaves the editor (WCAG 2.1.2).
    ...defaultKeymap,
  ]);
}

/** Chromium keeps the look of what is typed over by a `style` attribute, which the policy refuses: so it is done here. */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || !event.data || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

export function mountEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const language = new Compartment();
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keys(options),
        lineNumbers(),
        history(),
        highlightSpecialChars(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        EditorView.lineWrapping,
        typeOver,
        EditorView.contentAttributes.of({ 'aria-label': 'Query', spellcheck: 'false' }),
        placeholder('SELECT …'),
        language.of(completions([])),
        syntaxHighlighting(colours),
        wrong,
        look,
        EditorView.updateListener.of((update) => update.docChanged && options.changed(update.state.doc.toString())),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: text.length },
      });
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    current: () => statement(view.state),
    setSchema: (tables) => view.dispatch({ effects: language.reconfigure(completions(tables)) }),
    markError: (at) => view.dispatch({ effects: setWrong.of(at) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
