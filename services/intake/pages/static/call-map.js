// The call screen's map, where there is room for it: the place that is told, and what is alike by its number.
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 1600px)");
  const input = (name) => document.querySelector(`#call input[name=${name}]`);
  let map = null;
  let opened = null;

  const place = () => (input("enlem").value ? [Number(input("enlem").value), Number(input("boylam").value)] : null);

  const take = (lat, lon) => {
    [input("enlem").value, input("boylam").value] = [lat, lon];
    document.getElementById("konumu-kaldir").hidden = !lat;
    map?.changed();
    input("enlem").dispatchEvent(new Event("input", { bubbles: true }));
  };

  const numberAlike = () => {
    const found = [...document.querySelectorAll("#alike [data-at]")];
    map?.number(found.map(({ dataset }) => ({ number: dataset.number, at: dataset.at.split(",").map(Number) })));
  };

  const goToNeighbourhood = () => {
    const known = [...document.querySelectorAll("#mahalleler option")].find(({ value }) => value === input("mahalle").value);
    if (known && !place()) map?.goTo(known.dataset.at.split(",").map(Number));
  };

  const open = async () => {
    const frame = document.getElementById("harita");
    if (!wide.matches || !frame || frame === opened) return;
    opened = frame;
    const remove = document.getElementById("konumu-kaldir");
    remove.addEventListener("click", () => {
      take("", "");
      frame.querySelector(".map__canvas")?.focus();
    });
    remove.hidden = !place();
    map = await window.placeMap(frame, {
      box: frame.dataset.box.split(",").map(Number),
      place,
      metres: () => 0,
      choose: (lat, lon) => take(lat.toFixed(6), lon.toFixed(6)),
    });
    goToNeighbourhood();
    numberAlike();
  };

  document.addEventListener("input", ({ target }) => { if (target.name === "mahalle") goToNeighbourhood(); });
  // The page's other script puts in what it found, and after an error the whole form.
  new MutationObserver((changes) => {
    if (changes.every(({ target }) => target.closest(".map"))) return;
    open();
    numberAlike();
  }).observe(document.body, { childList: true, subtree: true });
  wide.addEventListener("change", open);
  open();
})();
