/* Runs before the first paint: how the screen is held and read; and, as long as nothing is carried, the first question,
   which is asked while everything else still loads. */
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(name) ?? "";
    } catch {
      return "";
    }
  };
  root.dataset.hand = kept("field-hand") || "right";
  root.dataset.type = kept("field-type") || "plain";
  if (kept("field-carried") || !navigator.permissions || !navigator.geolocation) return;

  const position = () => new Promise((resolve) => {
    const wish = { enableHighAccuracy: true, maximumAge: 60_000, timeout: 10_000 };
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), wish);
  });
  const nearby = async () => {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    const found = state === "granted" && (await position());
    if (!found) return null;
    const { longitude: lon, latitude: lat, accuracy } = found.coords;
    const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), crs: "wgs84", radius: 5000, limit: 10 });
    const answer = await fetch(`/api/v1/cases/nearby/?${query}`, { priority: "high" });
    if (!answer.ok) return null;
    return { here: { lon, lat, accuracy: Math.round(accuracy), at: Date.now() }, features: (await answer.json()).features };
  };
  window.fieldFirst = nearby().catch(() => null);
})();
