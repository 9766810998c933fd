/** What is carried, drawn by MapLibre: nothing is asked of the server but the library, and that once. */

import { Map, setWorkerUrl } from "../../maplibre/maplibre-gl.mjs";
import { drawPictures, token } from "../symbols.mjs";
import { middle } from "./place.mjs";
import { stageNow } from "./words.mjs";

const METRES_PER_DEGREE = 111_320;
const CORNERS = 48;
const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });
const collection = (features) => ({ type: "FeatureCollection", features });
const pointAt = (coordinates) => ({ type: "Point", coordinates });

/** Neighbouring groups differ: their colours come round after the third, as on the large map. */
function areas(pack) {
  const codes = [...new Set(pack.areas.map(({ group }) => group?.code).filter(Boolean))].sort();
  return collection(pack.areas.map(({ code, name, group, geometry }) => feature(geometry, { code, name, turn: group ? codes.indexOf(group.code) % 3 : -1 })));
}

function places(cases) {
  return collection(cases.map((one) => feature(pointAt([one.lon, one.lat]), { no: one.no, stage: stageNow(one) })));
}

function style({ pack, cases, here }) {
  const font = { "text-font": ["sans-serif"] };
  const ground = (pack.basemap?.ground ?? []).map((each) => new URL(each, location.origin).href.replaceAll("%7B", "{").replaceAll("%7D", "}"));
  const sources = {};
  const layers = [{ id: "sheet", type: "background", paint: { "background-color": token("water") } }];
  if (ground.length) {
    sources.ground = { type: "raster", tileSize: 256, maxzoom: 18, tiles: ground, attribution: pack.basemap.credit ?? "" };
    layers.push({ id: "ground", type: "raster", source: "ground" });
  }
  sources.land = { type: "geojson", data: areas(pack) };
  sources.names = { type: "geojson", data: collection(pack.areas.map(({ name, geometry }) => feature(pointAt(middle(geometry)), { name }))) };
  sources.cells = { type: "geojson", data: collection(pack.cells.map(({ code, mine, geometry }) => feature(geometry, { code, mine }))) };
  sources.cases = { type: "geojson", data: places(cases), cluster: true, clusterRadius: 36, clusterMaxZoom: 13 };
  sources.here = { type: "geojson", data: standing(here) };
  layers.push(
    { id: "land", type: "fill", source: "land", paint: { "fill-color": ["match", ["get", "turn"], 0, token("land-1"), 1, token("land-2"), 2, token("land-3"), token("land-none")], "fill-opacity": ground.length ? 0.35 : 1 } },
    { id: "cells", type: "line", source: "cells", paint: { "line-color": token("grid-line"), "line-width": ["case", ["get", "mine"], 2.5, 0.6] } },
    { id: "edges", type: "line", source: "land", paint: { "line-color": token("land-edge"), "line-width": 1.5 } },
    { id: "area-names", type: "symbol", source: "names", layout: { ...font, "text-field": ["get", "name"], "text-size": 13 }, paint: { "text-color": token("land-text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.6 } },
    { id: "accuracy", type: "fill", source: "here", filter: ["==", ["get", "kind"], "accuracy"], paint: { "fill-color": token("accent"), "fill-opacity": 0.18 } },
    { id: "many", type: "circle", source: "cases", filter: ["has", "point_count"], paint: { "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 14, 100, 24], "circle-color": token("surface"), "circle-stroke-color": token("s-line"), "circle-stroke-width": 1.5 } },
    { id: "many-number", type: "symbol", source: "cases", filter: ["has", "point_count"], layout: { ...font, "text-field": ["to-string", ["get", "point_count"]], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": token("text") } },
    { id: "one", type: "symbol", source: "cases", filter: ["!", ["has", "point_count"]], layout: { "icon-image": ["concat", "case-", ["get", "stage"]], "icon-allow-overlap": true } },
    { id: "here", type: "circle", source: "here", filter: ["==", ["get", "kind"], "here"], paint: { "circle-radius": 7, "circle-color": token("accent"), "circle-stroke-width": 3, "circle-stroke-color": token("surface") } },
  );
  return { version: 8, sources, layers };
}

/** A ring of so many metres, good to half a per cent. */
function ring({ lon, lat, accuracy }) {
  const north = accuracy / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const angle = (step) => (2 * Math.PI * step) / CORNERS;
  return [Array.from({ length: CORNERS + 1 }, (_, step) => [lon + east * Math.sin(angle(step)), lat + north * Math.cos(angle(step))])];
}

function standing(here) {
  if (!here) return collection([]);
  const round = here.accuracy ? [feature({ type: "Polygon", coordinates: ring(here) }, { kind: "accuracy" })] : [];
  return collection([...round, feature(pointAt([here.lon, here.lat]), { kind: "here" })]);
}

let workerIsHere = false;

/** A script outside the application's folder is none that its service worker answers for: MapLibre's worker is handed
 *  over as what was fetched, so that it starts without a line, too. */
export async function useWorker(answer) {
  if (workerIsHere) return;
  setWorkerUrl(URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" })));
  workerIsHere = true;
}

/** The map in `container`, with `standAt(here)`; null where the browser cannot draw it (no WebGL 2). */
export function landMap(container, carried, bounds) {
  let map;
  try {
    map = new Map({
      container, style: style(carried), bounds, fitBoundsOptions: { padding: 32, maxZoom: 15 }, locale: { "Map.Title": gettext("Map of the carried cases") },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, minZoom: 8, maxZoom: 19,
      localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
    });
  } catch {
    return null;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on("styleimagemissing", () => drawPictures(map));
  map.once("styledata", () => drawPictures(map));
  map.standAt = (here) => map.getSource("here")?.setData(standing(here));
  window.enforcementMap = map;
  return map;
}
