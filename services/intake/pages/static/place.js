// Where it is, by a button or on a map; both fill in the same hidden fields, and the address is enough without.
(() => {
  "use strict";

  const box = document.querySelector(".locate");
  const words = box.dataset;
  const [south, west, north, east] = words.box.split(",").map(Number);
  const fields = ["enlem", "boylam", "dogruluk"].map((name) => document.querySelector(`input[name=${name}]`));
  const status = document.getElementById("konum-durumu");
  // Asked for anew each time: a photo that arrives later brings its own.
  const spots = () => [...document.querySelectorAll("input[name=foto]")];
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

  // What a photo told counts until the place is chosen in another way.
  const fill = (values, spot = null) => {
    fields.forEach((field, n) => { field.value = values[n]; });
    spots().forEach((other) => { other.checked = other === spot; });
    describe();
    onChange();
  };

  const clear = () => fill(["", "", ""]);

  const mark = (lat, lon, metres = "") => {
    document.getElementById("yersiz").checked = false;
    fill([lat.toFixed(6), lon.toFixed(6), metres]);
  };

  const offer = () => {
    document.getElementById("foto-yerleri").addEventListener("change", ({ target: spot }) => {
      if (!spot.value) {
        clear();
        return;
      }
      const positions = JSON.parse(spot.closest(".spots").dataset.positions);
      document.getElementById("yersiz").checked = false;
      fill(positions[spot.value], spot);
    });
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
      clear();
      button.focus();
    });
    offer();
    describe();
  };

  begin();
  const frame = document.getElementById("harita");
  if (frame && !navigator.connection?.saveData) {
    const metres = () => Number(fields[2].value);
    window.placeMap(frame, { box: [south, west, north, east], place, metres, choose: mark }).then((map) => { onChange = map.changed; });
  }
})();
