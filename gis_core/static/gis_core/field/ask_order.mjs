/** An order: what is demanded and by when, the paper as the party reads it, and the signature or its refusal. */

import { element } from "../elements.mjs";
import { button, chips, field, labels } from "./controls.mjs";
import { ask } from "./line.mjs";
import { paper } from "./paper.mjs";
import { take } from "./photo.mjs";
import { Signature } from "./sign.mjs";
import { device, photosOf, removePhoto } from "./store.mjs";

const DAY_MS = 86_400_000;
const SLOT = "party_signature";
const STOP = () => [gettext("Stop the works at once"), gettext("Keep people and machines off the site"), gettext("Apply for the missing permits"), gettext("Keep the site safe")];
const RECTIFY = () => [gettext("Apply for the missing permits"), gettext("Remove what was built without a permit"), gettext("Complete the quality and safety formalities")];

/** Local time without a zone, as the field of the browser has it. */
const local = (iso) => {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

export const demands = {
  name: "demands",
  title: () => gettext("What is demanded, and by when?"),
  draw(box, act) {
    const phrases = act.verb === "order_stop" ? STOP() : RECTIFY();
    const text = field(gettext("What must be done"), act.answers.demands, (value) => act.set({ demands: value }), { rows: 4, maxlength: 2000 });
    const quick = element("div", { class: "phrases" }, ...phrases.map((phrase) => button(phrase, "plus", () => {
      const before = text.input.value.trim();
      text.input.value = before ? `${before}${gettext("; ")}${phrase}` : phrase;
      act.set({ demands: text.input.value });
    }, { class: "chip-button" })));
    const due = field(gettext("To be done by"), local(act.answers.due_at), (value) => act.set({ due_at: value ? new Date(value).toISOString() : "" }), { type: "datetime-local" });
    const days = chips(gettext("Days"), [1, 3, 7, 15].map((number) => [String(number), interpolate(ngettext("%s day", "%s days", number), [number])]), "", { hidden: true }, (number) => {
      const at = new Date(Date.now() + Number(number) * DAY_MS);
      at.setHours(18, 0, 0, 0);
      due.input.value = local(at.toISOString());
      act.set({ due_at: at.toISOString() });
    });
    box.append(quick, text, days, due);
  },
  lacks({ answers }) {
    if (!answers.demands?.trim()) return gettext("Say what must be done.");
    if (!answers.due_at) return gettext("Say by when.");
    return new Date(answers.due_at) > new Date() ? "" : gettext("The time must lie in the future.");
  },
};

/** The server's draft of this case, fetched now or carried with it, else the template that is carried. */
async function paragraphsOf(act) {
  const kind = act.verb === "order_stop" ? "stop_order" : "rectify_order";
  if (navigator.onLine && act.kase) {
    const { status, answer } = await ask(`/api/v1/field/cases/${encodeURIComponent(act.kase.no)}/`, { device: (await device()).id });
    if (status === 200 && answer?.papers) return answer.papers[kind];
  }
  return act.kase?.papers?.[kind] ?? act.pack?.documents?.[kind] ?? [];
}

export const reading = {
  name: "reading",
  title: () => gettext("Let the party read the order"),
  async draw(box, act) {
    const { answers, person, kase, pack } = act;
    const officers = [[person?.name, person?.certificate], [answers.second?.name, answers.second?.certificate]].filter(([name]) => name);
    const seen = answers.violations?.length ? answers.violations : kase?.violations ?? [];
    const kinds = (pack?.words?.violations ?? []).map((one) => ({ value: one.value, label: one.act ?? one.label }));
    const [title, ...lines] = paper(await paragraphsOf(act), { demands: answers.demands, due: answers.due_at, officers, kase, violations: labels(kinds, seen) });
    const sheet = element("article", { class: "order-paper", lang: "zh-Hans", tabindex: "0" }, element("h2", {}, title ?? ""), ...lines.map((line) => element("p", {}, line)));
    const full = button(gettext("Show it on the whole screen"), "maximize", () => show(sheet), { class: "huge" });
    box.append(element("p", { class: "help" }, gettext("A draft: the number and the seal come with the printed paper.")), full, sheet);
  },
  lacks: () => "",
};

function show(sheet) {
  const close = button(gettext("The party has read it"), "check", () => dialog.close(), { class: "primary huge" });
  const dialog = element("dialog", { class: "paper-dialog", "aria-label": gettext("The order") }, sheet.cloneNode(true), element("footer", {}, close));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const WAYS = () => [["signed", gettext("Signs")], ["refused", gettext("Refuses to sign")], ["absent", gettext("Nobody of the party is here")]];

async function forgetSignature(act) {
  for (const photo of await photosOf(act.draft.key)) if (photo.slot === SLOT) await removePhoto(photo.id);
}

export const party = {
  name: "party",
  title: () => gettext("The party's signature"),
  draw(box, act) {
    const said = act.answers.party ?? {};
    box.append(chips(gettext("The party"), WAYS(), said.how, { hidden: true }, async (how) => {
      await act.set({ party: { ...said, how } });
      act.redraw();
    }));
    if (said.how === "signed") box.append(...signs(act, said));
    if (said.how === "refused" || said.how === "absent") {
      box.append(field(gettext("Witness"), said.witness, (witness) => act.set({ party: { ...act.answers.party, witness } }), { maxlength: 60, help: gettext("Somebody who saw it: name, and where they belong to (行政强制法 18).") }));
    }
  },
  lacks({ answers }) {
    const said = answers.party ?? {};
    if (!said.how) return gettext("Say whether the party signs.");
    if (said.how === "signed") return said.name ? "" : gettext("Let the party sign, or type the name.");
    if (said.how === "refused") return said.witness?.trim() ? "" : gettext("Where the party refuses to sign, name a witness.");
    return said.witness?.trim() ? "" : gettext("Where nobody of the party is here, name a witness.");
  },
};

function signs(act, said) {
  if (said.name) {
    const anew = button(gettext("Sign anew"), "rotate-ccw", async () => {
      await forgetSignature(act);
      await act.set({ party: { how: "signed" } });
      act.redraw();
    }, { class: "quiet" });
    return [element("p", { class: "message success", role: "status" }, interpolate(said.typed ? gettext("%s signed by typing the name.") : gettext("%s signed."), [said.name])), anew];
  }
  const pad = new Signature({ label: gettext("Name of who signs for the party") });
  const says = element("p", { class: "field-error", role: "alert" });
  const keep = button(gettext("Keep the signature"), "pen-line", async () => {
    if (!pad.signed) {
      says.textContent = gettext("Type the name of who signs.");
      pad.name.focus();
      return;
    }
    const { name, typed, blob } = await pad.result();
    await forgetSignature(act);
    await take(blob, { record: act.draft.key, slot: SLOT });
    await act.set({ party: { how: "signed", name, typed } });
    act.redraw();
  });
  return [pad.box, says, keep];
}

/** What stands in the findings of an inspection about the party, in a sentence. */
export function partySentence(said = {}) {
  if (said.how === "signed") return interpolate(said.typed ? gettext("The party signed by typing the name: %s.") : gettext("The party signed: %s."), [said.name]);
  if (said.how === "refused") return interpolate(gettext("The party refused to sign; witness: %s."), [said.witness]);
  if (said.how === "absent") return interpolate(gettext("Nobody of the party was there; witness: %s."), [said.witness]);
  return "";
}
