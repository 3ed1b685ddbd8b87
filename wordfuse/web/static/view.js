// The two pictures with their divider, what is laid over them, and the values under the pointer.

import { $, el, get } from "/static/dom.js";

const CLOSED = 2; // percent of the width: a side that narrow shows no picture

export class View {
  constructor(address) {
    this.address = address;
    this.view = null;
    this.names = new Map();
    this.whole = false; // the right picture alone is shown
    this.left = ""; // what somebody chose for the left
    this.film = null; // the time line, where the picture is a frame of a film
    this.made = []; // films that were made
    this.marked = ""; // the drawing of what is marked
    this.looked = () => {}; // told which picture is on the right
    this.frame = $("frame");
    const { width, height } = document.body.dataset;
    this.measure(Number(width), Number(height));
    $("divider").addEventListener("input", () => this.move());
    for (const side of ["left", "right"]) {
      $(`${side}-choice`).addEventListener("change", (event) => {
        if (side === "left") this.left = event.target.value;
        this.put(side, event.target.value);
      });
    }
    $("region").addEventListener("change", (event) => this.veil(event.target.value && this.maskAt(event.target.value)));
    this.frame.addEventListener("pointermove", (event) => this.read(event));
    this.move();
  }

  measure(width, height) {
    this.width = width;
    this.height = height;
    this.frame.style.setProperty("--width", width);
    this.frame.style.setProperty("--height", height);
  }

  pictureAt(id, small = false) {
    if (this.film?.timed(id)) return `${this.address}/frames/${id}/${this.film.number}?v=${this.film.stamp(id)}`;
    // The fused picture with the share that the pair has by itself changes with nothing but the pair.
    const stamp = id === "unmoved" ? this.stamp("pictures/infrared") : this.stamp(`pictures/${id}`);
    return `${this.address}/pictures/${id}?v=${stamp}${small ? "&small=1" : ""}`;
  }

  maskAt(id) {
    return `${this.address}/masks/${encodeURIComponent(id)}?v=${this.stamp(`masks/${id}`)}`;
  }

  // What changes with a file behind an address; what is newer than the view has none yet.
  stamp(address) {
    return this.view.stamps[address] ?? `new${this.view.turns.length}`;
  }

  // Shows the pictures of a view; `now` is put on the right where the picture has changed.
  show(view) {
    const before = this.view;
    this.view = view;
    if (before === null || before.width !== view.width) this.measure(view.width, view.height);
    const pictures = [...view.pictures, ...this.made];
    this.names = new Map(pictures.map(({ id, name }) => [id, name]));
    const chosen = { left: this.left, right: $("right-choice").value };
    for (const side of ["left", "right"]) {
      $(`${side}-choice`).replaceChildren(
        ...pictures.map(({ id, name }) => el("option", { value: id, text: id === view.now ? `${name} (now)` : name })),
      );
    }
    const changed = before === null || before.now !== view.now || before.stamps[`pictures/${view.now}`] !== view.stamps[`pictures/${view.now}`];
    // Before the first edit the fused picture is best seen beside the one that its colours come from.
    this.put("left", this.names.has(chosen.left) ? chosen.left : view.now === "fused" ? "visible" : "fused");
    this.put("right", changed || !this.names.has(chosen.right) ? view.now : chosen.right);
    // A new picture is seen as it is; a mark goes on to be seen.
    this.veil(changed ? this.marked : $("veil").hidden ? "" : $("veil").getAttribute("src"));
  }

  // Puts a picture on a side once it is loaded, so that nothing flickers.
  async put(side, id) {
    $(`${side}-choice`).value = id;
    const image = $(side);
    const source = this.pictureAt(id);
    image.dataset.wanted = source;
    if (image.getAttribute("src") !== source) {
      const next = new Image();
      next.src = source;
      try {
        await next.decode();
      } catch {
        // shown as it is: the browser says that it is missing
      }
      if (image.dataset.wanted !== source) return; // another was chosen meanwhile
      image.src = source;
    }
    $("opening").hidden = true;
    const name = this.names.get(id) ?? id;
    image.alt = `The picture ${name}.`;
    $(`${side}-name`).textContent = name;
    if (side === "right") this.looked(id);
    this.move();
  }

  pair(left, right) {
    this.put("left", left);
    this.put("right", right);
  }

  move() {
    const at = this.whole ? 0 : Number($("divider").value);
    $("left-name").hidden = at <= CLOSED;
    $("right-name").hidden = at >= 100 - CLOSED;
    this.frame.style.setProperty("--at", `${at}%`);
    const [left, right] = [$("left-name").textContent, $("right-name").textContent];
    $("divider").setAttribute("aria-label", left ? `Divider between ${left} and ${right}` : "Divider");
    $("divider").setAttribute("aria-valuetext", `${at}% ${left}, ${100 - at}% ${right}`);
  }

  // Lays a mask over the picture, or none; the menu and the buttons of regions tell which.
  veil(source) {
    $("veil").hidden = !source;
    if (source) $("veil").src = source;
    this.tellRegion();
  }

  tellRegion() {
    const source = $("veil").hidden ? "" : $("veil").getAttribute("src");
    const listed = this.view?.masks ?? [];
    const shown = source && listed.find(({ id }) => this.maskAt(id) === source)?.id;
    const other = source && !shown ? (source === this.marked ? "what is marked" : "of an earlier step") : null;
    $("region").replaceChildren(
      el("option", { value: "", text: "none" }),
      ...listed.map(({ id, name, area }) => el("option", { value: id, text: `${name} (${area})` })),
      ...(other ? [el("option", { value: "other", text: other, disabled: true })] : []),
    );
    $("region").value = other ? "other" : shown;
    for (const button of document.querySelectorAll("[data-mask]")) {
      button.setAttribute("aria-pressed", Boolean(source) && this.maskAt(button.dataset.mask) === source);
    }
  }

  // What the infrared share would look like, laid over the right picture: both steps of it are straight lines.
  preview(share, own) {
    const shown = share === null;
    $("over").hidden = shown;
    if (shown) {
      if (this.view) this.put("right", $("right-choice").value);
      return;
    }
    const below = share <= own;
    const [under, over] = below ? ["visible", "unmoved"] : ["unmoved", "infrared"];
    const part = below ? share / own : (share - own) / (1 - own);
    for (const [id, picture] of [["right", under], ["over", over]]) {
      const source = this.pictureAt(picture);
      $(id).dataset.wanted = source;
      if ($(id).getAttribute("src") !== source) $(id).src = source;
    }
    $("over").style.opacity = part;
    $("right-name").textContent = `${Math.round(100 * share)}% infrared`;
  }

  // Where on the picture a pointer is, in pixels of the visible picture.
  at(event) {
    const box = this.frame.getBoundingClientRect();
    const place = (value, from, size, most) => Math.min(most - 1, Math.max(0, ((value - from) / size) * most));
    return { x: place(event.clientX, box.left, box.width, this.width), y: place(event.clientY, box.top, box.height, this.height) };
  }

  read(event) {
    this.look(this.at(event));
  }

  // One question at a time: answers to several could come in another order, and the last one told would be wrong.
  look(place) {
    if (!this.view || this.film?.away) return; // values are those of the frame that is talked about
    this.reading = place;
    if (this.asking) return;
    this.asking = true;
    setTimeout(() => this.ask(), 60);
  }

  async ask() {
    const asked = this.reading;
    const address = `${this.address}/values?x=${Math.floor(asked.x)}&y=${Math.floor(asked.y)}&now=${this.view.now}`;
    try {
      const seen = await get(address);
      const least = seen.at_least === null ? "" : ` (at least ${seen.at_least} °C)`;
      const celsius = seen.celsius === null ? least : ` (${seen.celsius} °C)`;
      const parts = [
        `Column ${seen.x}, row ${seen.y}`,
        `infrared ${seen.infrared}${celsius}`,
        `visible ${seen.visible.join(", ")}`,
        `brightness: fused ${seen.fused}, now ${seen.now}`,
      ];
      $("pixel").textContent = `${parts.join("; ")} (of 255).`;
    } catch {
      // nothing is there to read now; the next move asks again
    }
    if (this.reading === asked) this.asking = false;
    else setTimeout(() => this.ask(), 60);
  }
}
