/** What may be taken down on a site that was just reported, before the server has made a case of it. */

import { element } from "../elements.mjs";

/** Links to the acts that the law allows in the first state; the report goes first and they after it. */
export function actsOn(key, pack) {
  const verbs = pack?.verbs?.reported ?? [];
  return verbs.map((verb) => element("a", { class: "button", href: `#act/${encodeURIComponent(key)}/${verb}` }, pack.labels?.[verb] ?? verb));
}
