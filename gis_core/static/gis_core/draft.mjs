/** A report's draft, kept in this tab until the report is saved or the tab is closed. Photos cannot be kept. */

const PLACE = "report-draft";
const LEFT_OUT = ["csrfmiddlewaretoken", "photos", "place", "key"];

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

export function keep(form) {
  const typed = [...new FormData(form)].filter(([name, value]) => !LEFT_OUT.includes(name) && typeof value === "string");
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ of: form.dataset.draftOf, typed }));
  } catch {
    // A full or forbidden store costs the draft, never the report.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // Nothing was kept then either.
  }
}

/** Fill the form from this person's draft; false where there is none with anything in it. */
export function restore(form) {
  const draft = stored();
  if (draft?.of !== form.dataset.draftOf) return false;
  const blank = new Map([...new FormData(form)].map(([name, value]) => [name, value]));
  if (!draft.typed.some(([name, value]) => value && blank.get(name) !== value)) return false;
  for (const [name, value] of draft.typed) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) put(field, value);
  }
  return true;
}

function put(field, value) {
  if (["radio", "checkbox"].includes(field.type)) field.checked = field.checked || field.value === value;
  else field.value = value;
}
