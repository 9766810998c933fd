/** JSON to the server and back, with the sentences of a refusal; a server that does not answer has one of its own. */

/** Of the page, or of the cookie where the page was carried without a line and knows nobody. */
export function token() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** Every sentence of a refusal, whichever field it stands at. */
const sentences = (answer) => Object.values(answer).filter((one) => typeof one === "string" || Array.isArray(one)).flat().filter((one) => typeof one === "string").join(" ");

/** `{ ok, answer, why }`; `why` is empty where it went well. */
export async function send(address, body, headers = {}) {
  try {
    const response = await fetch(address, {
      method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token(), ...headers },
    });
    const answer = await response.json();
    return { ok: response.ok, answer, why: response.ok ? "" : sentences(answer) };
  } catch {
    return { ok: false, answer: {}, why: gettext("The server did not answer. Try again in a moment.") };
  }
}
