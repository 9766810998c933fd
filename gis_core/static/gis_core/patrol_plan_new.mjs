/** A new patrol plan: how many places are chosen, and finding a person among many. */

const form = document.querySelector(".plan-form");
const says = form?.querySelector("[data-count]");

function count() {
  const picked = form.querySelectorAll(".picks input:checked").length + form.querySelectorAll("#more-cells option:checked").length;
  says.textContent = interpolate(ngettext("%s place", "%s places", picked), [picked]);
}

if (says) {
  form.addEventListener("change", count);
  addEventListener("load", count);
}

const find = document.getElementById("find-person");
if (find) {
  find.closest("p").hidden = false;
  find.addEventListener("input", () => {
    const text = find.value.trim();
    for (const one of find.closest("details").querySelectorAll(".check")) {
      one.hidden = Boolean(text) && !one.textContent.includes(text) && !one.querySelector("input").checked;
    }
  });
}
