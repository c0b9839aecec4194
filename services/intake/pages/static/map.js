// A map on which a place is chosen, by tap, drag or arrow keys. Without tiles it goes, and says that it may.
(() => {
  "use strict";
  const PATIENCE = 5000;
  const PIXELS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const load = (tag, attributes) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(tag), attributes, { onload: done, onerror: failed }));
  });

  const draw = (frame, { box: [south, west, north, east], place, metres, choose }, fail) => {
    const L = window.L;
    const { tiles, by, byUrl, label, zoomIn, zoomOut, pin } = frame.dataset;
    const canvas = frame.querySelector(".map__canvas");
    const area = L.latLngBounds([south, west], [north, east]);
    const lively = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(canvas, {
      keyboard: false,
      // Who scrolls past it would be caught in it; the buttons and two fingers zoom.
      scrollWheelZoom: false,
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
    const others = L.layerGroup().addTo(map);
    const chosen = ({ lat, lng }) => choose(lat, lng);
    marker.on("dragend", () => chosen(marker.getLatLng()));
    map.on("click", (event) => chosen(event.latlng));

    const shown = () => {
      const at = place();
      return at && area.contains(at) ? at : null;
    };
    const show = () => {
      const at = shown();
      if (!at) {
        marker.remove();
        radius.remove();
        return;
      }
      marker.setLatLng(at).addTo(map);
      radius.setLatLng(at).setRadius(metres());
      if (metres()) radius.addTo(map);
      else radius.remove();
    };
    const changed = () => {
      show();
      const at = shown();
      if (!at) return;
      // Where a device says how sure it is, the street has to be seen; who taps sees it already.
      if (metres()) map.setView(at, Math.max(map.getZoom(), 16), { animate: false });
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
      chosen(map.containerPointToLatLng(place() ? from.add([way[0] * step, way[1] * step]) : from));
    });

    frame.hidden = false;
    map.invalidateSize();
    if (shown()) map.setView(shown(), 17);
    else map.fitBounds(area);
    layer.addTo(map);
    show();
    return {
      changed,
      goTo: (at) => map.setView(at, 16, { animate: false }),
      number: (points) => {
        others.clearLayers();
        for (const { number, at } of points) {
          const icon = L.divIcon({ className: "map__number", iconSize: [28, 28], html: String(number) });
          L.marker(at, { icon, interactive: false, keyboard: false }).addTo(others);
        }
      },
    };
  };

  // `place()` gives what is chosen as [lat, lon] or null, `metres()` its radius, `choose(lat, lon)` takes a choice.
  window.placeMap = async (frame, chooser) => {
    const away = { changed() {}, goTo() {}, number() {} };
    const fail = () => {
      const absent = document.getElementById("harita-yok");
      frame.remove();
      absent.textContent = absent.dataset.words;
      if (drawn) Object.assign(drawn, away);
    };
    let drawn = null;
    try {
      await Promise.all([
        load("link", { rel: "stylesheet", href: frame.dataset.style }),
        load("script", { src: frame.dataset.script }),
      ]);
    } catch {
      fail();
      return away;
    }
    drawn = draw(frame, chooser, fail);
    return drawn;
  };
})();
