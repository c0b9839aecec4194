// Where it is, by a button or on a map; both fill in the same hidden fields, and the address is enough without.
(() => {
  "use strict";
  const PATIENCE = 5000;
  const PIXELS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const box = document.querySelector(".locate");
  const words = box.dataset;
  const [south, west, north, east] = words.box.split(",").map(Number);
  const fields = ["enlem", "boylam", "dogruluk"].map((name) => document.querySelector(`input[name=${name}]`));
  const status = document.getElementById("konum-durumu");
  const remove = document.getElementById("konumu-kaldir");
  let onChange = () => {};

  const place = () => (fields[0].value ? [Number(fields[0].value), Number(fields[1].value)] : null);
  const inside = ([lat, lon]) => south <= lat && lat <= north && west <= lon && lon <= east;

  const describe = () => {
    const at = place();
    const metres = fields[2].value;
    remove.hidden = !at;
    if (!at) status.textContent = "";
    else if (!inside(at)) status.textContent = words.outside;
    else if (metres) status.textContent = words.found.replace("{metres}", metres);
    else status.textContent = words.marked;
  };

  const mark = (lat, lon, metres = "") => {
    [fields[0].value, fields[1].value] = [lat.toFixed(6), lon.toFixed(6)];
    fields[2].value = metres;
    document.getElementById("yersiz").checked = false;
    describe();
    onChange();
  };

  const locate = () => {
    status.textContent = words.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => mark(coords.latitude, coords.longitude, String(Math.ceil(coords.accuracy))),
      () => { status.textContent = words.refused; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  };

  const begin = () => {
    document.querySelectorAll(".place-lead").forEach((lead) => { lead.hidden = !lead.hidden; });
    box.hidden = false;
    const button = document.getElementById("bulundugum-yer");
    button.hidden = !navigator.geolocation;
    button.addEventListener("click", locate);
    remove.addEventListener("click", () => {
      fields.forEach((field) => { field.value = ""; });
      describe();
      onChange();
      button.focus();
    });
    describe();
  };

  const load = (tag, attributes) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(tag), attributes, { onload: done, onerror: failed }));
  });

  const draw = (frame, fail) => {
    const L = window.L;
    const { tiles, by, byUrl, label, zoomIn, zoomOut, pin } = frame.dataset;
    const canvas = frame.querySelector(".map__canvas");
    const area = L.latLngBounds([south, west], [north, east]);
    const lively = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(canvas, {
      keyboard: false,
      zoomControl: false,
      maxBounds: area.pad(0.5),
      minZoom: 12,
      zoomAnimation: lively,
      fadeAnimation: lively,
      inertia: lively,
    });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);

    const credit = Object.assign(document.createElement(byUrl ? "a" : "span"), { textContent: by });
    if (byUrl) credit.href = byUrl;
    const layer = L.tileLayer(tiles, { attribution: credit.outerHTML, maxZoom: 19 });
    const patience = setTimeout(() => { map.remove(); fail(); }, PATIENCE);
    layer.once("tileload", () => clearTimeout(patience));

    const marker = L.marker(area.getCenter(), {
      draggable: true,
      keyboard: false,
      icon: L.divIcon({
        className: "map__pin",
        iconSize: [36, 36],
        iconAnchor: [18, 34],
        html: `<svg aria-hidden="true"><use href="${pin}"></use></svg>`,
      }),
    });
    const radius = L.circle(area.getCenter(), { radius: 0, className: "map__radius" });
    const choose = ({ lat, lng }) => mark(lat, lng);
    marker.on("dragend", () => choose(marker.getLatLng()));
    map.on("click", (event) => choose(event.latlng));

    const show = () => {
      const at = place();
      if (!at || !inside(at)) {
        marker.remove();
        radius.remove();
        return;
      }
      marker.setLatLng(at).addTo(map);
      const metres = Number(fields[2].value);
      radius.setLatLng(at).setRadius(metres);
      if (metres) radius.addTo(map);
      else radius.remove();
    };
    onChange = () => {
      show();
      const at = place();
      if (!at || !inside(at)) return;
      // Where a device says how sure it is, the street has to be seen; who taps sees it already.
      if (fields[2].value) map.setView(at, Math.max(map.getZoom(), 16), { animate: false });
      else if (!map.getBounds().pad(-0.1).contains(at)) map.panTo(at);
    };

    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", label);
    canvas.setAttribute("aria-describedby", "harita-hint");
    canvas.addEventListener("keydown", (event) => {
      if (event.target !== canvas) return;
      if (event.key === "+") map.zoomIn();
      if (event.key === "-") map.zoomOut();
      const way = PIXELS[event.key];
      if (!way) return;
      event.preventDefault();
      const step = event.shiftKey ? 50 : 10;
      const from = map.latLngToContainerPoint(place() ?? map.getCenter());
      choose(map.containerPointToLatLng(place() ? from.add([way[0] * step, way[1] * step]) : from));
    });

    frame.hidden = false;
    map.invalidateSize();
    const at = place();
    if (at && inside(at)) map.setView(at, 17);
    else map.fitBounds(area);
    layer.addTo(map);
    show();
  };

  const openMap = async (frame) => {
    const absent = document.getElementById("harita-yok");
    const fail = () => {
      frame.remove();
      absent.textContent = absent.dataset.words;
      onChange = () => {};
    };
    try {
      await Promise.all([
        load("link", { rel: "stylesheet", href: frame.dataset.style }),
        load("script", { src: frame.dataset.script }),
      ]);
    } catch {
      fail();
      return;
    }
    draw(frame, fail);
  };

  begin();
  const frame = document.getElementById("harita");
  if (frame && !navigator.connection?.saveData) openMap(frame);
})();
