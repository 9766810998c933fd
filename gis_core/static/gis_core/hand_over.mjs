/** Handing over many: choose all or none, and how many are chosen; without it the boxes alone do. */

const form = document.getElementById("hand");
const boxes = form ? [...form.querySelectorAll("[name=case]")] : [];

if (boxes.length) {
  const line = form.querySelector(".choose");
  const all = line.querySelector("[data-all]");
  const says = line.querySelector("[data-count]");
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    says.textContent = interpolate(gettext("%(chosen)s of %(all)s chosen"), { chosen, all: boxes.length }, true);
  };
  line.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  form.addEventListener("change", count);
  count();
}
