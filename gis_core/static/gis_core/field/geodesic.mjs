/** Distance and bearing on the ellipsoid of WGS 84 (Vincenty's inverse): to the millimetre, and without a line. */

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const radians = (degrees) => (degrees * Math.PI) / 180;

/** {metres, bearing}: degrees from north, clockwise. Places are [lon, lat]. */
export function inverse([lon1, lat1], [lon2, lat2]) {
  const L = radians(lon2 - lon1);
  const [u1, u2] = [lat1, lat2].map((lat) => Math.atan((1 - F) * Math.tan(radians(lat))));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let [lambda, before, turns] = [L, Infinity, 0];
  let sinSigma = 0, cosSigma = 1, sigma = 0, cosSqAlpha = 1, cos2m = 0;
  while (Math.abs(lambda - before) > 1e-13 && (turns += 1) < 50) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    sinSigma = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinSigma === 0) return { metres: 0, bearing: 0 };
    cosSigma = sin1 * sin2 + cos1 * cos2 * cosL;
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * sinL) / sinSigma;
    cosSqAlpha = 1 - sinAlpha ** 2;
    cos2m = cosSqAlpha ? cosSigma - (2 * sin1 * sin2) / cosSqAlpha : 0;
    const C = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
    before = lambda;
    lambda = L + (1 - C) * F * sinAlpha * (sigma + C * sinSigma * (cos2m + C * cosSigma * (2 * cos2m ** 2 - 1)));
  }
  const uSq = (cosSqAlpha * (A ** 2 - B ** 2)) / B ** 2;
  const bigA = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const bigB = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const inner = cosSigma * (2 * cos2m ** 2 - 1) - (bigB / 6) * cos2m * (4 * sinSigma ** 2 - 3) * (4 * cos2m ** 2 - 3);
  const metres = B * bigA * (sigma - bigB * sinSigma * (cos2m + (bigB / 4) * inner));
  const bearing = Math.atan2(cos2 * Math.sin(lambda), cos1 * sin2 - sin1 * cos2 * Math.cos(lambda));
  return { metres, bearing: ((bearing * 180) / Math.PI + 360) % 360 };
}

export const distance = (from, to) => inverse(from, to).metres;
export const bearing = (from, to) => inverse(from, to).bearing;
