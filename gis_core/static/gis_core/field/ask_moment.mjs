/** Two acts of a moment: to have arrived, and to be met with violence. */

import { element, moment } from "../elements.mjs";
import { button, chips, field } from "./controls.mjs";
import { fix, noFix, placeOf } from "./fix.mjs";
import { distance } from "./geodesic.mjs";
import { take } from "./photo.mjs";
import { photosOf } from "./store.mjs";

const REASONS = () => [
  gettext("indoors, the position is wrong"), gettext("the gate is locked"), gettext("the case's place is wrong"), gettext("seen from across the street"),
];

/** Metres from the case; null where one of the two places is not known. */
function metres({ site }) {
  const here = fix();
  return here && site ? distance([here.lon, here.lat], [site.lon, site.lat]) : null;
}

const within = (act) => act.pack?.words?.arrive_within_m ?? 50;

function where(act) {
  const far = metres(act);
  const here = fix();
  if (far === null) return noFix() || gettext("Looking for your position…");
  const words = { far: Math.round(far).toLocaleString(), accuracy: here.accuracy };
  if (far <= within(act)) return interpolate(gettext("You are %(far)s m from the place of the case (±%(accuracy)s m)."), words, true);
  return interpolate(gettext("You are %(far)s m from the place of the case (±%(accuracy)s m). Say why you record the arrival from here."), words, true);
}

export const arrival = {
  name: "arrival",
  title: () => gettext("Arrived at the site?"),
  draw(box, act) {
    const says = element("p", { class: "where", role: "status" }, where(act));
    const reasons = chips(gettext("Why from here"), REASONS().map((one) => [one, one]), act.answers.reason, {}, (reason) => {
      other.input.value = "";
      act.set({ reason });
    });
    const other = field(gettext("Another reason"), REASONS().includes(act.answers.reason) ? "" : act.answers.reason, (reason) => act.set({ reason }), { maxlength: 200 });
    const why = element("div", { class: "why-here" }, reasons, other);
    why.hidden = near(act);
    box.append(says, why);
    act.arrivalShown = { says, why };
  },
  moved(act) {
    if (!act.arrivalShown) return;
    act.arrivalShown.says.textContent = where(act);
    act.arrivalShown.why.hidden = near(act) && !act.answers.reason;
  },
  /** Never locked out: from farther away, or without a position, a reason is enough. */
  lacks: (act) => (near(act) || act.answers.reason?.trim() ? "" : gettext("You are not within reach, or the position is not known: choose a reason. Any reason will do.")),
};

function near(act) {
  const far = metres(act);
  return far !== null && far <= within(act);
}

const PHRASES = () => [gettext("pushed or beaten"), gettext("threatened"), gettext("surrounded"), gettext("equipment damaged"), gettext("the gate was barred")];

export const violence = {
  name: "violence",
  title: () => gettext("Violent resistance"),
  async draw(box, act) {
    const input = element("input", { type: "file", accept: "video/*", capture: "environment", hidden: true, "aria-label": gettext("Video") });
    const taken = (await photosOf(act.draft.key)).length;
    const film = button(gettext("Record a video"), "video", () => input.click(), { class: "primary huge alarm" });
    const says = element("p", { role: "status" }, taken ? interpolate(ngettext("%s recording is kept.", "%s recordings are kept.", taken), [taken]) : "");
    input.addEventListener("change", async () => {
      for (const file of input.files) await take(file, { record: act.draft.key, slot: "violence", title: gettext("Resistance") });
      act.redraw();
    });
    const text = field(gettext("In a few words"), act.answers.text, (value) => act.set({ text: value }), { rows: 3, maxlength: 2000 });
    const quick = element("div", { class: "phrases" }, ...PHRASES().map((phrase) => button(phrase, "plus", () => {
      const before = text.input.value.trim();
      text.input.value = before ? `${before}${gettext("; ")}${phrase}` : phrase;
      act.set({ text: text.input.value });
    }, { class: "chip-button" })));
    box.append(
      element("p", { class: "message warning" }, interpolate(gettext("Time and place were taken down at %s. Your safety first: step back, call for help, then go on."), [moment(act.draft.captured_at)])),
      film, input, says, quick, text,
    );
  },
  /** The first place that is known: whoever steps back records where it happened. */
  moved: (act) => !act.draft.place && fix() && act.set({}, { place: placeOf(fix()) }),
  lacks: () => "",
  buttons: (act) => [element("div", { class: "act-buttons" },
    button(gettext("Give up"), "trash-2", () => act.giveUp(), { class: "huge" }),
    button(gettext("Record it now"), "send", async () => {
      if (!act.answers.text?.trim()) await act.set({ text: gettext("Violent resistance on the site") });
      await act.finish({ captured_at: act.draft.captured_at, place: act.draft.place });
    }, { class: "primary huge" }))],
};

