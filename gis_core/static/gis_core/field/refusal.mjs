/** The words of a record's form, as a person calls them; and what the server says against them. */

import { sentences } from "./line.mjs";

const FIELDS = {
  place: () => gettext("Place"), second: () => gettext("Second officer"), officers: () => gettext("Officers"), findings: () => gettext("Findings"),
  violations: () => gettext("Violations"), demands: () => gettext("What must be done"), due_at: () => gettext("To be done by"), witness: () => gettext("Witness"),
  received_by: () => gettext("Received by"), description: () => gettext("In a few words"), address: () => gettext("Address or landmark"), text: () => gettext("Remark"),
  captured_at: () => gettext("Time"), case_no: () => gettext("Case"), refused_to_sign: () => gettext("Signature refused"), reason: () => gettext("Reason"),
  showed_id: () => gettext("Identity cards shown"), held_at: () => gettext("Time"), channel: () => gettext("Channel"), opinion: () => gettext("Opinion"),
};

export const fieldLabel = (name) => FIELDS[name]?.() ?? name;

/** The sentences of a refusal, each with the field that it is about. */
export function named(answer) {
  return Object.entries(answer ?? {}).flatMap(([name, said]) => {
    if (said !== null && typeof said === "object" && !Array.isArray(said)) return named(said);
    return sentences(said).map((one) => (FIELDS[name] ? `${FIELDS[name]()}${gettext(": ")}${one}` : one));
  });
}
