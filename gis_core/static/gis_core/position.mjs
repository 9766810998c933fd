/** Where the device is: asked only when somebody presses for it. */

const WAIT_MS = 15_000;

const REASONS = {
  1: () => gettext("The position was refused. Allow it in the browser's settings, or choose the place by hand."),
  2: () => gettext("The device cannot tell where it is. Choose the place by hand."),
  3: () => gettext("The position took too long. Try again in the open, or choose the place by hand."),
};

/** {lon, lat, accuracy} in WGS 84 degrees and metres; an Error whose message can be shown. */
export function position() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error(REASONS[2]()));
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) }),
      (error) => reject(new Error((REASONS[error.code] ?? REASONS[2])())),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 10_000 },
    );
  });
}
