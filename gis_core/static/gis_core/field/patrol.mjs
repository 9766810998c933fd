/** Patrol recording inside the application (#patrol). It goes on while another screen is shown. */

import { byId, element } from "../elements.mjs";
import { Recorder } from "../patrol_recorder.mjs";
import { patrolRows } from "./patrol_rows.mjs";
import { meta } from "./store.mjs";

let walk = null; // the piece of page, kept while other screens are shown

async function made() {
  const person = await meta("person");
  const rows = patrolRows(person);
  if (!rows) return null;
  const root = byId("patrol-template").content.firstElementChild.cloneNode(true);
  const recorder = new Recorder(root, {
    who: rows.who,
    async finished(result) {
      await rows.show();
      recorder.say(navigator.onLine ? gettext("Kept. It is in the outbox.") : gettext("Kept. It is sent as soon as there is a line."));
      if (result === "found") location.hash = "#new";
    },
  });
  try {
    await recorder.resume();
  } catch {
    recorder.say(gettext("This browser keeps nothing for this page, so a patrol would be lost: leave private browsing."));
  }
  return root;
}

export const screen = {
  name: "patrol",
  async show(root) {
    walk ??= await made();
    if (!walk) return root.replaceChildren(element("p", { class: "message warning" }, gettext("Prepare the phone once while there is a line: then patrols are recorded without one.")));
    root.classList.add("patrol-screen");
    return root.replaceChildren(walk);
  },
};
