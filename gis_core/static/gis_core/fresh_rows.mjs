/** What others did, shown in the rows that are there: none moves, comes or goes under the pointer. */

import { byId } from "./elements.mjs";
import { listQuery, row } from "./list.mjs";

let running = null;

/** Draw the rows of these changes anew, and the counts; a case that no longer belongs to the list is said to. */
export async function freshen(changes) {
  const numbers = [...new Set(changes.map((change) => change.case_no))].filter(row);
  const asked = listQuery();
  asked.set("only", numbers.join(","));
  running?.abort();
  running = new AbortController();
  let answer;
  try {
    const response = await fetch(`${byId("case-list-box").dataset.anew}?${asked}`, { signal: running.signal });
    if (!response.ok) return;
    answer = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return; // the next change asks again, and a lost line is said elsewhere
  }
  byId("count").textContent = answer.getElementById("count").textContent.trim();
  for (const number of numbers) {
    const found = answer.querySelector(`[data-case-no="${CSS.escape(number)}"]`);
    if (found) redraw(row(number), found);
    else leave(row(number));
  }
}

/** The row's element stays, so that focus, marks and the pointer's place stay with it. */
function redraw(old, found) {
  if (!old || old.innerHTML === found.innerHTML) return;
  old.replaceChildren(...found.childNodes);
  old.classList.remove("left");
  flash(old);
}

function leave(old) {
  if (!old || old.classList.contains("left")) return;
  old.classList.add("left");
  old.querySelector(".row-title").append(` · ${gettext("no longer in this list")}`);
}

function flash(changed) {
  changed.classList.add("fresh");
  setTimeout(() => changed.classList.remove("fresh"), 2000);
}
