"use strict";
// Without this script every picture is still there: pairs stand side by side, and repeated ones are links.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const pictures = new Map(
    all('img[id^="picture-"]').map((img) => [
      img.id,
      { src: img.src, alt: img.alt, width: img.width, height: img.height },
    ]),
  );

  const fill = (img, id) => Object.assign(img, pictures.get(id));

  // A picture is embedded once; where it is shown again, it is taken from there.
  for (const place of all("[data-again]")) place.replaceWith(fill(new Image(), place.dataset.again));

  const name = (box, side) => box.querySelector(`[data-tag="${side}"]`).textContent;

  for (const box of all("[data-compare]")) {
    const slider = box.querySelector("[data-slider]");
    const move = () => {
      box.style.setProperty("--at", `${slider.value}%`);
      const left = Math.round(slider.value);
      slider.setAttribute("aria-valuetext", `${left}% ${name(box, "left")}, ${100 - left}% ${name(box, "right")}`);
    };
    slider.addEventListener("input", move);
    box.addEventListener("renamed", () => {
      slider.setAttribute("aria-label", `Divider between ${name(box, "left")} and ${name(box, "right")}`);
      move();
    });
    box.classList.add("live");
    all("[hidden]", box).forEach((part) => (part.hidden = false));
    move();
  }

  const choose = document.querySelector("[data-choose]");
  const main = document.querySelector("[data-compare]");
  choose.hidden = false;
  for (const select of all("select", choose)) {
    const side = select.dataset.side;
    const apply = () => {
      fill(main.querySelector(`.side.${side} img`), select.value);
      main.querySelector(`[data-tag="${side}"]`).textContent = select.selectedOptions[0].textContent;
      main.dispatchEvent(new Event("renamed"));
    };
    select.addEventListener("change", apply);
    apply(); // a browser that goes back in its history keeps what was chosen
  }

  // What can be scrolled is reached with the tab key, so that the arrow keys scroll it; nothing else needs a stop.
  const sizes = new ResizeObserver((seen) => {
    for (const { target } of seen) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  all(".scroll, pre").forEach((box) => sizes.observe(box));

  for (const button of all("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    const told = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        told.textContent = "Copied";
        button.textContent = "Copied";
      } catch {
        // Not allowed here: mark it, so that one key press copies it.
        getSelection().selectAllChildren(text);
        told.textContent = "Selected; copy it with the keyboard";
      }
    });
  }
})();
