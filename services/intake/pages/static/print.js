// Only a script can open the print dialog; without one there is the browser's own menu, and no button.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  if (button.autofocus) button.focus();
  button.addEventListener("click", () => window.print());
}

// A receipt that was just made prints at once; looking at it again does not.
const address = new URL(location.href);
if (address.searchParams.has("yazdir")) {
  address.searchParams.delete("yazdir");
  history.replaceState(null, "", address);
  window.print();
}
