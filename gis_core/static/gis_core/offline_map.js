"use strict";

/* What folium's script calls in an exported map. Text reaches the page as text nodes only. */
const sheet = (() => {
  const { layers, words } = JSON.parse(document.getElementById("sheet-data").textContent);
  const icons = new Map();
  const CLUSTER_SIZES = [[100, 30], [1000, 38], [Infinity, 46]];

  const CARD = { minWidth: 240, maxWidth: 340 };
  /* The pane of marker shadows, which we have none of, lies above the ground and below the cases. */
  const LABEL = { permanent: true, direction: "center", className: "ground-label", pane: "shadowPane" };

  /* A number stands for one of the layer's shared texts. */
  const textOf = (layer, cell) => (typeof cell === "number" ? layer.words[cell] : cell);

  function element(tag, text = "", className = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    return made;
  }

  function card(layer, row) {
    const [heading, ...values] = row.map((cell) => textOf(layer, cell));
    const box = element("div", "", "case-card");
    box.tabIndex = 0; // a long card scrolls, and by keyboard only what can be focused does
    const list = element("dl");
    values.forEach((value, place) => {
      if (value) list.append(element("dt", layer.fields[place]), element("dd", value));
    });
    box.append(element("h2", heading), list);
    return box;
  }

  function iconOf(value) {
    if (!icons.has(value)) {
      const html = `<svg class="symbol s-${value}" viewBox="-9 -9 18 18"><use href="#symbol-${value}"/></svg>`;
      icons.set(value, L.divIcon({ className: "pin", html, iconSize: [24, 24] }));
    }
    return icons.get(value);
  }

  function marker(number, [lat, lon, entry, place]) {
    const layer = layers[number];
    const row = layer.rows[place];
    const { label, value } = layer.legend[entry];
    const title = `${textOf(layer, row[0])} ${label}`;
    return L.marker([lat, lon], { icon: iconOf(value), title }).bindPopup(() => card(layer, row), CARD);
  }

  /* Clusters of a layer with a single class are filled with ink: two layers' clusters can be told apart. */
  const cluster = (number) => (markers) => {
    const count = markers.getChildCount();
    const size = CLUSTER_SIZES.find(([limit]) => count < limit)[1];
    const className = layers[number].legend.length === 1 ? "cluster cluster-of-one-class" : "cluster";
    return L.divIcon({ className, html: String(count), iconSize: [size, size] });
  };

  const OPAQUE = ["fill", "lines"];
  const fillOf = ({ symbol, colour }) => (symbol === "fill" ? `var(${colour})` : `url(#pattern${colour}-${symbol})`);

  const style = (number) => (feature) => {
    const entry = layers[number].legend[feature.properties.entry];
    const flat = OPAQUE.includes(entry.symbol);
    return {
      className: "ground",
      fillColor: fillOf(entry),
      fillOpacity: flat ? 1 : 0.8,
      color: flat ? "var(--land-edge)" : `var(${entry.colour})`,
      weight: 1,
    };
  };

  const furnishPolygon = (number) => (feature, drawn) => {
    const layer = layers[number];
    const row = layer.rows[feature.properties.row];
    drawn.bindPopup(() => card(layer, row), CARD);
    const { letter } = layer.legend[feature.properties.entry];
    if (letter) lettered.push({ drawn, letter, at: feature.properties.at });
    if (layer.labelled) {
      const label = element("span", textOf(layer, row[0]));
      drawn.bindTooltip(label, LABEL);
    }
  };

  function legendControl() {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const legend = document.getElementById("legend");
      legend.classList.add("leaflet-control");
      L.DomEvent.disableClickPropagation(legend).disableScrollPropagation(legend);
      return legend;
    };
    return control;
  }

  const lettered = []; // of all maps: polygons whose class has a letter
  const LEAST_ROOM = 15; // px of a polygon's shorter side

  const meet = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;

  /* A letter a polygon, where it is in view, has room and neither a name nor another letter stands there. */
  function writeLetters(map, group) {
    group.clearLayers();
    const view = map.getBounds();
    const corner = map.getContainer().getBoundingClientRect();
    const taken = [...map.getContainer().querySelectorAll(".ground-label")].map((name) => name.getBoundingClientRect());
    for (const { drawn, letter, at } of lettered) {
      if (!map.hasLayer(drawn) || !view.contains(at)) continue;
      const bounds = drawn.getBounds();
      const size = map.latLngToContainerPoint(bounds.getSouthEast()).subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
      const { x, y } = map.latLngToContainerPoint(at);
      const box = { left: corner.left + x - 7, right: corner.left + x + 7, top: corner.top + y - 8, bottom: corner.top + y + 8 };
      if (Math.min(size.x, size.y) < LEAST_ROOM || taken.some((other) => meet(box, other))) continue;
      taken.push(box);
      const icon = L.divIcon({ className: "letter", html: element("span", letter), iconSize: [14, 16] });
      group.addLayer(L.marker(at, { icon, interactive: false, keyboard: false, pane: LABEL.pane }));
    }
  }

  function keepLetters(map) {
    const group = L.layerGroup().addTo(map);
    let asked = 0;
    const renew = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => writeLetters(map, group));
    };
    map.on("moveend overlayadd overlayremove", renew);
    renew();
  }

  if (window.innerWidth <= 720) document.getElementById("legend").open = false;

  const maps = [];

  /* Two maps side by side show the same ground. */
  function follow(map) {
    maps.push(map);
    map.on("move", () => {
      if (map.isFollowing) return;
      for (const other of maps.filter((one) => one !== map)) {
        other.isFollowing = true;
        other.setView(map.getCenter(), map.getZoom(), { animate: false });
        other.isFollowing = false;
      }
    });
  }

  function furnish(map) {
    follow(map);
    L.control.zoom({ position: "bottomright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(map);
    if (!document.querySelector(".pair")) legendControl().addTo(map);
    keepLetters(map);
    map.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
    });
    const list = map.getContainer().querySelector(".leaflet-control-layers-list");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", words.layers);
  }

  return { marker, cluster, style, furnishPolygon, furnish };
})();
