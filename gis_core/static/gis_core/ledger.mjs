/** The map beside the ledger: the cases of the lines on the page, each a way to its case. */

import { impossible, whenSeen } from "./seen_map.mjs";
import { styleSheet } from "./style_sheet.mjs";

const frame = document.getElementById("ledger-map");

function places() {
  return [...document.querySelectorAll(".ledger-table tbody")].map((line) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [Number(line.dataset.lon), Number(line.dataset.lat)] },
    properties: { stage: line.dataset.stage, href: line.querySelector("th a").getAttribute("href") },
  }));
}

const ROUND_ONE = 0.004; // degrees, so that a single case is not drawn at house level

function boundsOf(features) {
  const points = features.map((one) => one.geometry.coordinates);
  const [lons, lats] = [0, 1].map((axis) => points.map((point) => point[axis]));
  return [
    [Math.min(...lons) - ROUND_ONE, Math.min(...lats) - ROUND_ONE],
    [Math.max(...lons) + ROUND_ONE, Math.max(...lats) + ROUND_ONE],
  ];
}

async function draw() {
  const [{ smallMap }] = await Promise.all([import("./small_map.mjs"), styleSheet(frame.dataset.styles)]);
  const features = places();
  const own = ({ sources, layers }) => {
    sources.ledger = { type: "geojson", data: { type: "FeatureCollection", features } };
    layers.push({
      id: "ledger", type: "symbol", source: "ledger",
      layout: { "icon-image": ["concat", "case-", ["get", "stage"]], "icon-allow-overlap": true },
    });
  };
  frame.classList.add("drawn");
  const map = await smallMap(frame, { slugs: ["areas"], bounds: boundsOf(features), own });
  if (!map) return impossible(frame);
  map.on("click", "ledger", (event) => location.assign(event.features[0].properties.href));
  return map;
}

if (frame) whenSeen(frame, draw);
