/** Waits until `condition` gives something true, which it returns; says what was waited for when that takes too long. */
export async function until(what, condition, most = 30_000) {
  const end = Date.now() + most;
  let trouble;
  while (Date.now() < end) {
    try {
      const value = await condition();
      if (value) return value;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited ${most / 1000} s until ${what}${trouble ? `: ${trouble.message}` : ''}`);
}
