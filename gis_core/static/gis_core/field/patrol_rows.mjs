/** The patrols of this phone as the outbox shows and sends them; they have a store of their own. */

import { element } from "../elements.mjs";
import { Outbox } from "../patrol_outbox.mjs";
import { tell } from "./delivery.mjs";

const known = new Map(); // one outbox a person: each of them looks for a line by itself

/** {who, section, show()} of this person; null while nobody is known. */
export function patrolRows(person) {
  const who = String(person?.id ?? "");
  if (!who) return null;
  if (!known.has(who)) known.set(who, rows(who));
  return known.get(who);
}

function rows(who) {
  const section = element("section", { "aria-label": gettext("Patrols"), class: "patrol-rows", hidden: true }, element("h2", {}, gettext("Patrols")), element("ol", { class: "outbox" }));
  const outbox = new Outbox({ who, address: "/api/v1/patrols/", section, reportLink: () => element("a", { class: "button", href: "#new" }, gettext("Report the site")), changed: tell });
  return {
    who, section,
    async show() {
      await outbox.show();
      await outbox.send();
    },
  };
}
