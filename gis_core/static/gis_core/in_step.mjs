/** Maps that move together. */

/** Each follows the other; the one that follows tells nobody. */
export function together(maps) {
  let leading = false;
  for (const map of maps) {
    map.on("move", () => {
      if (leading) return;
      leading = true;
      const view = { center: map.getCenter(), zoom: map.getZoom() };
      for (const other of maps) if (other !== map) other.jumpTo(view);
      leading = false;
    });
  }
}
