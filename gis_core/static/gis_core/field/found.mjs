/** A case that a screen needs: carried, else as the server tells it, and then known for as long as the application is open. */

import * as store from "./store.mjs";
import { ofFeature } from "./words.mjs";

const met = new Map();

/** null where it is neither carried nor to be had. */
export async function caseFor(no) {
  const carried = await store.caseOf(no);
  if (carried || !navigator.onLine) return carried ?? met.get(no) ?? null;
  try {
    const answer = await fetch(`/api/v1/cases/${encodeURIComponent(no)}/`, { headers: { Accept: "application/json" } });
    if (answer.ok) met.set(no, ofFeature(await answer.json()));
    else if (answer.status === 404) met.delete(no);
  } catch {
    // the line broke: what is known from before will do
  }
  return met.get(no) ?? null;
}
