/* On a phone a navigation is one row that is pushed sideways: the place where one is must be in sight. */
function showHere() {
  for (const row of document.querySelectorAll("nav")) {
    const here = row.querySelector("[aria-current]");
    if (!here) continue;
    const before = here.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft += before - (row.clientWidth - here.offsetWidth) / 2;
  }
}
addEventListener("resize", showHere);
showHere();
