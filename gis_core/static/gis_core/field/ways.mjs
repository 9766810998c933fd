/** The way to a case in other people's maps. Each has its own coordinates, which the server converted: a point of one
 *  system drawn in another lies half a kilometre off. Nothing is asked of them unless somebody presses. */

/** [name, address, system] of each map that the case has coordinates for. */
export function ways({ no, lon, lat, gcj02, bd09 }) {
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
  found.push([gettext("The phone's map"), `geo:${lat},${lon}?q=${lat},${lon}(${name})`, "wgs84"]);
  return found;
}
