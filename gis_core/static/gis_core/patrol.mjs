/** A patrol on the map: its believed track, its check-ins, and the cells it entered. */

import { byId } from "./elements.mjs";

const frame = byId("patrol-map");
const cells = [...document.querySelectorAll(".visits [data-cell]")];

function say(sentence) {
  frame.classList.remove("drawn");
  frame.querySelector(".note").textContent = sentence;
}

function boundsOf(places) {
  const [lon, lat] = [places.map((place) => place[0]), places.map((place) => place[1])];
  const least = 0.004; // some 400 m, where somebody stood still
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const half = (values) => Math.max(least, Math.max(...values) - Math.min(...values)) / 2;
  return [[middle(lon) - half(lon), middle(lat) - half(lat)], [middle(lon) + half(lon), middle(lat) + half(lat)]];
}

/** At most some thousands of a long track's places say where it is; `Math.min` takes no more. */
const thinned = (places) => places.filter((_, nth) => nth % Math.ceil(places.length / 5000) === 0);

async function draw() {
  const answer = await fetch(frame.dataset.patrol, { headers: { Accept: "application/json" } });
  if (!answer.ok) return say(gettext("The track could not be read. Try again in a moment."));
  const patrol = await answer.json();
  const stops = patrol.properties.stops;
  const places = thinned([...(patrol.geometry?.coordinates.flat() ?? []), ...stops.map(({ lon, lat }) => [lon, lat])]);
  if (!places.length) return say(gettext("No point of this patrol is believed, so there is nothing to draw."));
  const [{ smallMap }, { token }] = await Promise.all([import("./small_map.mjs"), import("./symbols.mjs")]);
  const own = ({ sources, layers }) => {
    const entered = ["in", ["get", "code"], ["literal", cells.filter((row) => row.dataset.entered).map((row) => row.dataset.cell)]];
    if (sources.grids) {
      const cell = (id, type, rest) => ({ id, type, source: "grids", "source-layer": "grids", ...rest });
      layers.push(
        cell("cells", "line", { paint: { "line-color": token("grid-line"), "line-width": 1 } }),
        cell("entered", "fill", { filter: entered, paint: { "fill-color": token("accent"), "fill-opacity": 0.16 } }),
        cell("entered-edge", "line", { filter: entered, paint: { "line-color": token("accent"), "line-width": 1.5 } }),
      );
    }
    sources.track = { type: "geojson", data: { ...patrol, geometry: patrol.geometry ?? { type: "MultiLineString", coordinates: [] }, properties: {} } };
    sources.stops = { type: "geojson", data: { type: "FeatureCollection", features: stops.map(({ lon, lat }) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } })) } };
    const round = { "line-cap": "round", "line-join": "round" };
    layers.push(
      { id: "track-edge", type: "line", source: "track", layout: round, paint: { "line-color": token("surface"), "line-width": 6 } },
      { id: "track", type: "line", source: "track", layout: round, paint: { "line-color": token("accent-strong"), "line-width": 3 } },
      { id: "stops", type: "circle", source: "stops", paint: { "circle-radius": 6, "circle-color": token("good"), "circle-stroke-width": 2, "circle-stroke-color": token("surface") } },
    );
  };
  frame.classList.add("drawn");
  const map = await smallMap(frame, { slugs: ["areas", "grids"], bounds: boundsOf(places), own });
  if (!map) say(gettext("This browser cannot draw the map."));
}

draw().catch(() => say(gettext("This browser cannot draw the map.")));
