/** The case page: copies coordinates, and forgets the draft of the report that has just been saved. */

import { forget } from "./draft.mjs";

if (location.hash === "#reported") {
  forget();
  history.replaceState(null, "", location.pathname + location.search);
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.lastChild.textContent = gettext("Copied");
  });
}
