/** The case page: steps open in place, coordinates and the link are copied, the small map is drawn once it is seen. */

import { forget } from "./draft.mjs";
import { byId } from "./elements.mjs";
import { position } from "./position.mjs";
import { whenSeen } from "./seen_map.mjs";

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

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const place = byId("act"); // only the case page has one; the verb's own page needs no script
let opener = null;

async function show(response) {
  if (response.headers.has("HX-Redirect")) {
    location.hash = ""; // the address may be this very page's
    location.assign(response.headers.get("HX-Redirect"));
    return;
  }
  if (response.redirected || !response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(`${response.status}`);
  place.innerHTML = await response.text(); // the server's own piece; htmx.swap would settle styles, which the policy forbids
  const first = place.querySelector("[aria-invalid=true]") ?? place.querySelector("#act-title");
  first?.focus();
  place.scrollIntoView({ block: "nearest" });
}

const asked = (address, options = {}) => fetch(address, { ...options, headers: { "HX-Request": "true" } });

async function open(link) {
  close();
  opener = link;
  link.setAttribute("aria-expanded", "true");
  try {
    await show(await asked(link.href));
  } catch {
    location.assign(link.href); // the verb's own page says what is wrong
  }
}

function close() {
  opener?.removeAttribute("aria-expanded");
  place.replaceChildren();
}

async function send(form) {
  const button = form.querySelector("button.primary");
  button.disabled = true;
  try {
    await show(await asked(form.action, { method: "POST", body: new FormData(form) }));
  } catch {
    button.disabled = false;
    form.submit();
  }
}

if (place) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
    if (link && !elsewhere) {
      event.preventDefault();
      open(link);
    }
    if (event.target.closest("[data-close-act]") && place.contains(event.target) && !place.querySelector(".changed")) {
      event.preventDefault();
      close();
      opener?.focus();
    }
  });
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
}

for (const holder of [place, document.querySelector(".act-page")].filter(Boolean)) {
  const reveal = () => holder.querySelectorAll(".stand-here").forEach((line) => (line.hidden = !navigator.geolocation));
  new MutationObserver(reveal).observe(holder, { childList: true });
  reveal();
  holder.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-take-place]");
    if (!button) return;
    const line = button.closest(".stand-here");
    const says = line.querySelector("[role=status]");
    says.textContent = gettext("Looking for your position…");
    try {
      const { lon, lat, accuracy } = await position();
      line.querySelector("[name=place-lon]").value = lon.toFixed(6);
      line.querySelector("[name=place-lat]").value = lat.toFixed(6);
      says.textContent = `${lon.toFixed(6)}, ${lat.toFixed(6)} ±${accuracy} m`;
    } catch (error) {
      says.textContent = error.message;
    }
  });
}

const frame = byId("case-map");

async function draw() {
  const [lon, lat] = [Number(frame.dataset.lon), Number(frame.dataset.lat)];
  const { stage, accuracy } = frame.dataset;
  const [{ smallMap, ring }, { token }] = await Promise.all([import("./small_map.mjs"), import("./symbols.mjs")]);
  const edge = ring(lon, lat, Math.max(300, 2 * Number(accuracy || 0)))[0];
  const own = ({ sources, layers }) => {
    const shape = (type, coordinates) => ({ type: "Feature", geometry: { type, coordinates }, properties: {} });
    sources.here = { type: "geojson", data: shape("Point", [lon, lat]) };
    if (Number(accuracy)) {
      sources.round = { type: "geojson", data: shape("Polygon", ring(lon, lat, Number(accuracy))) };
      layers.push({ id: "accuracy", type: "fill", source: "round", paint: { "fill-color": token("accent"), "fill-opacity": 0.18 } });
    }
    layers.push({ id: "here", type: "symbol", source: "here", layout: { "icon-image": `case-${stage}`, "icon-allow-overlap": true } });
  };
  frame.classList.add("drawn");
  const map = await smallMap(frame, { slugs: ["areas"], bounds: [[edge[48][0], edge[32][1]], [edge[16][0], edge[0][1]]], own });
  if (!map) undrawn();
}

function undrawn() {
  frame.classList.remove("drawn");
  frame.querySelector(".note").textContent = gettext("This browser cannot draw the map.");
}

if (frame) whenSeen(frame, draw, undrawn);
