const stacks = new WeakMap();

/** Like `t.after`, but what came last goes first: a page is closed before the server it looks at. */
export function cleanUp(t, action) {
  if (!stacks.has(t)) {
    stacks.set(t, []);
    t.after(async () => {
      for (const each of stacks.get(t).reverse()) await each();
    });
  }
  stacks.get(t).push(action);
}
