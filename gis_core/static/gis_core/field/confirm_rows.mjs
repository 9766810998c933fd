/** Records on which another officer names the person as the second one: to be confirmed on one's own phone. */

import { element, moment } from "../elements.mjs";
import { button } from "./controls.mjs";
import { ask, sentences } from "./line.mjs";

/** Fills `section` with what waits for this person's word; hidden while there is nothing, or no line. */
export async function showConfirmations(section, device) {
  const { status, answer } = await ask("/api/v1/field/confirmations/", { device });
  const waiting = status === 200 && Array.isArray(answer) ? answer : [];
  section.hidden = !waiting.length;
  const list = element("ol", { class: "outbox" }, ...waiting.map((one) => row(one, section, device)));
  section.replaceChildren(element("h2", {}, `${gettext("For you to confirm as the second officer")} (${waiting.length})`), list);
}

function row({ key, number, by, label, case_no: caseNo, captured_at: at, words }, section, device) {
  const says = element("p", { class: "field-error", role: "alert" });
  const findings = words?.findings ?? words?.demands ?? words?.text ?? "";
  const confirm = button(gettext("I was there"), "check", async () => {
    confirm.disabled = true;
    const { status, answer } = await ask(`/api/v1/field/changes/${key}/confirm/`, { device, body: {} });
    if (status === 200) {
      await showConfirmations(section, device);
      return;
    }
    confirm.disabled = false;
    says.textContent = sentences(answer).join(" ") || gettext("There is no line. Try again in a moment.");
  }, { class: "primary" });
  return element("li", { "data-confirm": key }, element("b", {}, label), element("p", { class: "muted" }, [by, caseNo, moment(at), number].filter(Boolean).join(" · ")), findings && element("p", {}, findings), says, element("div", { class: "row-acts" }, confirm));
}
