/** One's own route in the field: how far each stop is, asked only on a press and kept nowhere. */

import { position } from "./position.mjs";

const RADIUS_M = 6_371_008.8;
const button = document.querySelector("button.locate");
const says = document.querySelector(".locate-says");

/** Metres on the sphere: good to 0.5 %, and nobody walks by more. */
function away(here, stop) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [one, other] = [radians(here.lat), radians(Number(stop.dataset.lat))];
  const east = radians(Number(stop.dataset.lon) - here.lon);
  const half = Math.sin((other - one) / 2) ** 2 + Math.cos(one) * Math.cos(other) * Math.sin(east / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(half));
}

const words = (metres) => (metres < 1000 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`);

async function look() {
  button.disabled = true;
  says.textContent = gettext("Looking for your position…");
  try {
    const here = await position();
    for (const stop of document.querySelectorAll(".stop.walk")) stop.querySelector(".away").textContent = words(away(here, stop));
    says.textContent = interpolate(gettext("Straight lines from here, ±%s m"), [here.accuracy]);
  } catch (error) {
    says.textContent = error.message;
  }
  button.disabled = false;
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", look);
}
