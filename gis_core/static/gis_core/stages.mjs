/** The legend's classes as a filter: pressed, or by the keys 1 to 6, a class is shown alone or beside others pressed. */

import { byId } from "./elements.mjs";
import { past, stages, toggleStage } from "./query.mjs";

const ORDER = ["overdue", "waiting", "assigned", "working", "check", "closed"];

/** A day gone by knows no classes of now. */
const toggle = (stage) => past() || toggleStage(stage);

export const keys = () => Object.fromEntries(ORDER.map((stage, i) => [String(i + 1), () => toggle(stage)]));

/** Show which are pressed, as the filters stand. */
export function show() {
  for (const button of byId("legend").querySelectorAll("[data-stage]")) {
    button.setAttribute("aria-pressed", stages().includes(button.dataset.stage));
    button.disabled = Boolean(past());
  }
}

export function start() {
  byId("legend").addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-stage]");
    if (pressed) toggle(pressed.dataset.stage);
  });
  show();
}
