/** The way to a case in other people's maps. Each has its own coordinates, which the server converted: a point of one
 *  system drawn in another lies half a kilometre off. Nothing is asked of them unless somebody presses. */

/** iPhones and iPads open no geo: address; an iPad says that it is a Mac. */
const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

/** [name, address, system] of each map that the case has coordinates for. */
export function ways({ no, lon, lat, gcj02, bd09 }, apple = isApple()) {
  const name = encodeURIComponent(no);
  const found = [];
  if (gcj02) {
    const [x, y] = gcj02;
    found.push([gettext("Amap"), `https://uri.amap.com/navigation?to=${x},${y},${name}&mode=car&coordinate=gaode&callnative=1`, "gcj02"]);
    found.push([gettext("Tencent"), `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${name}&tocoord=${y},${x}&referer=field`, "gcj02"]);
  }
  if (bd09) {
    const [x, y] = bd09;
    found.push([gettext("Baidu"), `https://api.map.baidu.com/marker?location=${y},${x}&title=${name}&content=${name}&coord_type=bd09ll&output=html&src=field`, "bd09"]);
  }
  // What Apple documents of `ll` is latitude and longitude without a word of a system, and reports from China contradict
  // each other: the device's own system is given and said.
  if (apple) found.push([gettext("Apple Maps (WGS 84)"), `https://maps.apple.com/?ll=${lat},${lon}&q=${name}`, "wgs84"]);
  else found.push([gettext("The phone's map"), `geo:${lat},${lon}?q=${lat},${lon}(${name})`, "wgs84"]);
  return found;
}
