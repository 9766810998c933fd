/** Pieces of a page that come from the server. */

/** Put a piece of page from the server into `target`; htmx brings what is in it to life.
 *  `options` are fetch's. */
export async function fill(target, address, signal, options = {}) {
  const response = await fetch(address, { signal, ...options, headers: { "HX-Request": "true", ...options.headers } });
  if (!response.ok && response.status !== 400) throw new Error(`${response.status}`);
  htmx.swap(target, await response.text(), { swapStyle: "innerHTML" });
}
