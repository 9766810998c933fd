/** A map beside a form or under a list: the same land and symbols as the map page, without its panels. */

import { Map, NavigationControl } from "../maplibre/maplibre-gl.mjs";
import { build } from "./style.mjs";
import { drawPictures } from "./symbols.mjs";

const CATALOGUE = "/api/v1/layers/";

async function known(slugs) {
  const answer = await fetch(CATALOGUE, { headers: { Accept: "application/json" } });
  if (!answer.ok) return [];
  const layers = await answer.json();
  return (layers.layers ?? layers).filter((layer) => slugs.includes(layer.slug));
}

const words = () => ({
  "Map.Title": gettext("Map"),
  "NavigationControl.ZoomIn": gettext("Zoom in"),
  "NavigationControl.ZoomOut": gettext("Zoom out"),
});

/**
 * Draw into `container`; null where the browser cannot (no WebGL 2).
 * `own(style)` adds sources and layers to the style, and is asked again when the theme changes; `more` are further
 * words for the map.
 */
export async function smallMap(container, { slugs, bounds, query = "", basemap = {}, own = () => {}, more = {} }) {
  const layers = await known(slugs);
  const style = () => {
    const made = build({ known: layers, query, basemap });
    own(made);
    return made;
  };
  let map;
  try {
    map = new Map({
      container, style: style(), bounds, fitBoundsOptions: { padding: 24 }, locale: words(),
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
      minZoom: 8, maxZoom: 19, cooperativeGestures: false,
      localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
      ...more,
    });
  } catch {
    return null;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.on("styleimagemissing", () => drawPictures(map));
  map.once("styledata", () => drawPictures(map));
  document.addEventListener("themechange", () => {
    drawPictures(map);
    map.setStyle(style(), { diff: true });
  });
  window.enforcementMap = map;
  return map;
}

const STEPS = 64;
const METRES_PER_DEGREE = 111_320;

/** A ring of `radius` metres round (lon, lat), as a GeoJSON polygon's coordinates; good to 0.5 % at city size. */
export function ring(lon, lat, radius) {
  const north = radius / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const corner = (step) => {
    const angle = (2 * Math.PI * step) / STEPS;
    return [lon + east * Math.sin(angle), lat + north * Math.cos(angle)];
  };
  return [Array.from({ length: STEPS + 1 }, (_, step) => corner(step))];
}
