/** Reports that were begun and left: shown before a new one is begun, so that one site never lands in the draft of another. */

import { element } from "../elements.mjs";
import { button, labels } from "./controls.mjs";
import { placeWords } from "./report_place.mjs";
import * as store from "./store.mjs";
import { when } from "./words.mjs";

/** This person's, the one touched last first. */
export async function leftDrafts(username) {
  const mine = (await store.drafts()).filter((one) => one.kind === "report" && one.username === username);
  return mine.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
}

async function giveUp(draft, photos) {
  const question = interpolate(ngettext("Remove this draft and its %s photo?", "Remove this draft and its %s photos?", photos.length), [photos.length]);
  if (photos.length && !confirm(question)) return false;
  for (const photo of photos) await store.removePhoto(photo.id);
  await store.removeDraft(draft.key);
  return true;
}

/** The question about the last of them; calls `go(draft)` to go on, `go(null)` to begin anew. */
export async function asked(drafts, pack, go) {
  const [draft] = drafts;
  const photos = await store.photosOf(draft.key);
  const { answers } = draft;
  const lines = [
    labels(pack?.words?.violations ?? [], answers.violations ?? []).join("、"), answers.address, answers.note,
    draft.place ? placeWords(draft) : gettext("The place is not known yet."),
    photos.length ? interpolate(ngettext("%s photo", "%s photos", photos.length), [photos.length]) : "",
  ];
  const title = element("h2", { tabindex: "-1" }, interpolate(gettext("A report begun at %s is not finished"), [when(draft.begun_at ?? draft.updatedAt)]));
  const more = drafts.length > 1 ? element("p", { class: "muted" }, interpolate(ngettext("%s more is among the drafts of the outbox.", "%s more are among the drafts of the outbox.", drafts.length - 1), [drafts.length - 1])) : null;
  const keep = button(gettext("Keep it as a draft and report another site"), "plus", () => go(null), { class: "quiet" });
  const anew = button(gettext("Give it up and begin anew"), "trash-2", async () => (await giveUp(draft, photos)) && go(null), { class: "huge" });
  const on = button(gettext("Go on"), "pencil", () => go(draft), { class: "primary huge" });
  return {
    title,
    pieces: [
      element("section", { class: "question left-draft" }, title, ...lines.filter(Boolean).map((line) => element("p", {}, line)), more, keep),
      element("footer", { class: "act-bar" }, element("div", { class: "act-buttons" }, anew, on)),
    ],
  };
}
