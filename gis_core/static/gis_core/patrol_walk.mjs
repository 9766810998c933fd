/** The page that a phone records a patrol with. */

import { byId } from "./elements.mjs";
import { Outbox } from "./patrol_outbox.mjs";
import { Recorder } from "./patrol_recorder.mjs";

const root = byId("walk");
const { who, address } = root.dataset;
const outbox = new Outbox({
  who, address, section: byId("outbox"),
  reportLink: () => byId("report-link")?.content.firstElementChild.cloneNode(true) ?? null,
});
const send = async () => {
  await outbox.show();
  await outbox.send();
};
const recorder = new Recorder(root, { who, finished: send });

recorder.resume().then(send).catch(() => recorder.say(gettext("This browser keeps nothing for this page, so a patrol would be lost: leave private browsing.")));
