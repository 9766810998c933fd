/** Two officers: who the second is and how he says so, and that identity cards were shown (行政处罚法 42, 55). */

import { element } from "../elements.mjs";
import { button, chips, field, tick } from "./controls.mjs";
import { ask, sentences } from "./line.mjs";
import { take } from "./photo.mjs";
import { Signature } from "./sign.mjs";
import { device, photosOf, removePhoto } from "./store.mjs";

const SLOT = "second_signature";

/** Colleagues of the own unit first. */
function colleagues({ pack, person }) {
  const own = person?.unit?.name ?? "";
  return [...(pack?.colleagues ?? [])].sort((one, other) => Number(other.unit === own) - Number(one.unit === own));
}

const nameOf = (one) => `${one.name}${one.unit ? ` · ${one.unit}` : ""}`;

function choose(act) {
  const options = colleagues(act);
  const second = act.answers.second ?? {};
  if (!options.length) return element("p", { class: "message warning" }, gettext("No colleague with a certificate is carried. Prepare the phone once while there is a line."));
  const select = element("select", {}, element("option", { value: "" }, gettext("Choose")), ...options.map((one) => element("option", { value: one.username }, nameOf(one))));
  select.value = second.username ?? "";
  select.addEventListener("change", async () => {
    const one = options.find(({ username }) => username === select.value);
    await act.set({ second: one ? { username: one.username, name: one.name, certificate: one.certificate, how: "", token: "" } : null });
    await forgetSignature(act);
    act.redraw();
  });
  return element("label", { class: "field" }, element("span", { class: "label" }, gettext("Second officer")), select);
}

async function forgetSignature(act) {
  for (const photo of await photosOf(act.draft.key)) if (photo.slot === SLOT) await removePhoto(photo.id);
}

function password(act, second) {
  const input = field(interpolate(gettext("Password of %s"), [second.name]), "", () => {}, { type: "password", autocomplete: "off" });
  const says = element("p", { class: "field-error", role: "alert" });
  const go = button(gettext("Sign in on this phone"), "log-in", async () => {
    go.disabled = true;
    const { status, answer } = await ask("/api/v1/field/second/", { device: (await device()).id, body: { username: second.username, password: input.input.value } });
    input.input.value = "";
    go.disabled = false;
    if (status !== 200) {
      says.textContent = status === 0 ? gettext("There is no line. Let the second officer sign instead.") : sentences(answer).join(" ");
      return;
    }
    await act.set({ second: { ...second, how: "here", token: answer.token } });
    act.redraw();
  });
  return element("div", { class: "by" }, input, says, go);
}

function signature(act, second) {
  const pad = new Signature({ label: gettext("Signature of the second officer"), name: second.name });
  const keep = button(gettext("Keep the signature"), "pen-line", async () => {
    const { blob } = await pad.result();
    await forgetSignature(act);
    await take(blob, { record: act.draft.key, slot: SLOT });
    await act.set({ second: { ...second, how: "here", token: "", signed: true } });
    act.redraw();
  });
  const note = element("p", { class: "help" }, gettext("Without a line the signature stands for the sign-in; the second officer confirms it later on a device of their own."));
  return element("div", { class: "by" }, pad.box, note, keep);
}

const WAYS = () => [
  ["password", gettext("Signs in here")],
  ["signature", gettext("Signs here")],
  ["own", gettext("Confirms on their own phone")],
];

function standing(act, second) {
  if (second.token) return interpolate(gettext("%s has signed in on this phone."), [second.name]);
  if (second.signed) return interpolate(gettext("%s has signed and confirms later."), [second.name]);
  if (second.how === "own") return interpolate(gettext("%s confirms on their own phone."), [second.name]);
  return "";
}

export const second = {
  name: "second",
  title: () => gettext("Who is the second officer?"),
  draw(box, act) {
    const chosen = act.answers.second;
    box.append(choose(act));
    if (!chosen) return;
    const done = standing(act, chosen);
    if (done) {
      box.append(element("p", { class: "message success", role: "status" }, done), button(gettext("Change"), "rotate-ccw", async () => {
        await forgetSignature(act);
        await act.set({ second: { ...chosen, how: "", token: "", signed: false } });
        act.redraw();
      }, { class: "quiet" }));
      return;
    }
    const body = element("div");
    const show = (way) => body.replaceChildren(...(way === "password" ? [password(act, chosen)] : way === "signature" ? [signature(act, chosen)] : []));
    const first = navigator.onLine ? "password" : "signature";
    box.append(chips(gettext("How do they say so?"), WAYS(), first, {}, async (way) => {
      if (way === "own") {
        await act.set({ second: { ...chosen, how: "own", token: "" } });
        act.redraw();
      } else show(way);
    }), body);
    show(first);
  },
  lacks({ answers }) {
    if (!answers.second) return gettext("Choose the second officer: two are needed, each with a certificate.");
    const { token, signed, how } = answers.second;
    return token || signed || how === "own" ? "" : gettext("Let the second officer sign in or sign, or choose that they confirm on their own phone.");
  },
};

export const identity = {
  name: "identity",
  title: () => gettext("Were the identity cards shown?"),
  draw(box, act) {
    const { person, answers } = act;
    const cards = [[person?.name, person?.certificate], [answers.second?.name, answers.second?.certificate]].filter(([name]) => name);
    box.append(
      element("ul", { class: "cards" }, ...cards.map(([name, number]) => element("li", {}, element("b", {}, name), element("span", {}, interpolate(gettext("certificate %s"), [number || "—"]))))),
      tick(gettext("Both showed their enforcement cards to the party and said why they came"), Boolean(answers.showed_id), (showed) => act.set({ showed_id: showed, held_at: answers.held_at ?? new Date().toISOString() })),
    );
  },
  lacks: ({ answers }) => (answers.showed_id ? "" : gettext("Officers show their cards (行政处罚法 55). Show them now, then tick the box.")),
};

/** As a record says it; the name alone where no way was chosen yet. */
export const secondOf = ({ second: chosen }) => chosen && { username: chosen.username, how: chosen.how || "own", token: chosen.token || "" };
