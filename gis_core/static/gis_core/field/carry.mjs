/** What is carried: asked for in one piece, and with the papers of one's own cases when somebody prepares to set out. */

import { fix } from "./fix.mjs";
import { ask } from "./line.mjs";
import * as store from "./store.mjs";

const PACK = "/api/v1/field/pack/";
const OLD_MS = 10 * 60_000;
const AT_ONCE = 3;
// Taken along with a case, and still true while its version is.
const MORE = ["papers", "read", "picture"];

/** {status, answer} of the server; 200 when everything is on the disk. */
export async function carry({ areas } = {}) {
  const [{ id }, kept, start] = [await store.device(), await store.meta("areas"), await store.meta("start")];
  const wanted = areas ?? kept ?? [];
  const from = fix() ?? start;
  const query = new URLSearchParams({ ...(wanted.length && { areas: wanted.join(",") }), ...(from && { lon: from.lon.toFixed(6), lat: from.lat.toFixed(6) }) });
  const told = await ask(`${PACK}?${query}`, { device: id });
  if (told.answer?.revoked) await drop();
  if (told.status !== 200) return told;
  const before = new Map((await store.cases()).map((one) => [one.no, one]));
  const same = (await store.meta("person"))?.username === told.answer.person.username;
  for (const one of told.answer.cases) {
    const old = before.get(one.no);
    if (same && old?.version === one.version) for (const name of MORE) if (old[name]) one[name] = old[name];
  }
  await store.keepPack({ ...told.answer, carriedAt: new Date().toISOString(), carriedAreas: wanted });
  if (areas) await store.keepMeta("areas", areas);
  remember("1");
  return told;
}

/** So that the next start does not ask for what is here already (first.js). */
function remember(value) {
  if (value) localStorage.setItem("field-carried", value);
  else localStorage.removeItem("field-carried");
}

export async function drop() {
  await store.dropCarried();
  remember("");
}

/** Whether something new came. */
export async function carryIfOld() {
  if (!navigator.onLine) return false;
  const at = Date.parse((await store.meta("pack"))?.carriedAt ?? "") || 0;
  if (Math.abs(Date.now() - at) < OLD_MS) return false; // a clock that was set back makes nothing new
  return (await carry()).status === 200;
}

async function beside(pieces, does) {
  const waiting = [...pieces];
  const worker = async () => {
    while (waiting.length) await does(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The text of a page of ours, without its buttons; null where there was no such page. */
async function textOf(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const paper = page.querySelector(".paper, .sheet, article") ?? page.querySelector("main");
  const blocks = paper.querySelectorAll("h1, h2, h3, p, li, tr");
  return [...blocks].map((block) => block.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
}

async function picture(address) {
  const answer = await fetch(address, { cache: "no-store" });
  return answer.ok && !answer.redirected ? answer.blob() : null;
}

async function more(kase, device) {
  const { status, answer } = await ask(`/api/v1/field/cases/${encodeURIComponent(kase.no)}/`, { device });
  if (status === 200) kase.papers = answer.papers;
  const texts = await Promise.all((kase.documents ?? []).map(async ({ title, url }) => ({ title, url, text: await textOf(url) })));
  kase.read = texts.filter(({ text }) => text);
  if (kase.photo) kase.picture = await picture(kase.photo);
  await store.keepCase(kase);
}

/** Papers, documents and a picture of each of one's own cases; calls with {done, all}. */
export async function carryPapers(progress) {
  const [{ id }, mine] = [await store.device(), (await store.cases()).filter((one) => one.mine && !one.papers)];
  const failed = [];
  let done = 0;
  await beside(mine, async (kase) => {
    await more(kase, id).catch(() => failed.push(kase.no));
    done += 1;
    progress({ done, all: mine.length });
  });
  return { all: mine.length, failed };
}
