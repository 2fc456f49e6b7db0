// Everything works without this. With it, GOV.UK Frontend's components behave as documented, and the slider says in
// words where it stands. Those words are set here and not in the page, where they would stay as they were while the
// slider moves.
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();

for (const slider of document.querySelectorAll("input[type=range][list]")) {
  const said = document.getElementById(slider.dataset.said);
  const say = () => {
    const words = `Event ${slider.value} of ${slider.max}, ${slider.list.options[slider.value - slider.min].label}`;
    slider.setAttribute("aria-valuetext", words);
    said.textContent = words;
  };
  slider.addEventListener("input", say);
  say();
}
