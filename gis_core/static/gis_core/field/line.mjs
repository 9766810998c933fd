/** One question to the server: never longer than a quarter of a minute, and an answer in any case. */

const LONGEST_MS = 15_000;

/** The cookie and not the page: a page that was carried may be older than the session. */
export const token = () => /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

/** Every sentence of a refusal, whichever field it stands at and however deep. */
export function sentences(answer) {
  if (typeof answer === "string") return [answer];
  if (answer === null || typeof answer !== "object") return [];
  return Object.entries(answer).filter(([name]) => name !== "revoked").flatMap(([, one]) => sentences(one));
}

/** {status, answer}: status 0 where there was no answer, `answer` null where it was none of ours. */
export async function ask(address, { device, body, method = body === undefined ? "GET" : "POST" } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  if (device) headers["Field-Device"] = device;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(address, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(LONGEST_MS), cache: "no-store",
    });
    const text = await response.text(); // a line that breaks here has given no answer either
    return { status: response.status, answer: read(text), wait: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, answer: null, wait: 0 };
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
