{
  isVisible(element) {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible";
  },

  isEnabled(element) {
    return !element.matches(":disabled") && element.getAttribute("aria-disabled") !== "true";
  },

  bySelector(selector) {
    return [...document.querySelectorAll(selector)].find((element) => this.isVisible(element));
  },

  byText(text) {
    const control =
      "a, button, input[type=button], input[type=submit], label, summary, [role=button], " +
      "[role=checkbox], [role=link], [role=menuitem], [role=option], [role=radio], " +
      "[role=switch], [role=tab]";
    const plain = (words) => (words ?? "").replace(/\s+/g, " ").trim();
    const says = (element) =>
      [element.innerText, element.value, element.getAttribute("aria-label")]
        .filter((words) => typeof words === "string")
        .map(plain);
    const wanted = plain(text);
    const controls = [...document.querySelectorAll(control)].filter((element) => this.isVisible(element));
    const exact = controls.find((element) => says(element).includes(wanted));
    if (exact) return exact;
    const length = (element) => plain(element.innerText).length;
    const containing = controls
      .filter((element) => says(element).some((words) => words.includes(wanted)))
      .sort((left, right) => length(left) - length(right));
    if (containing.length > 0) return containing[0];
    const others = [...document.querySelectorAll("body *")].filter(
      (element) => this.isVisible(element) && plain(element.innerText) === wanted,
    );
    return others.at(-1);
  },

  // Where a finger would land: nothing if it would land on something else.
  point(element) {
    if (!element || !this.isVisible(element) || !this.isEnabled(element)) return null;
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = element.getBoundingClientRect();
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    const hit = document.elementFromPoint(x, y);
    const reached = [element, ...(element.labels ?? [])].some((target) => target.contains(hit));
    return reached ? { x, y } : null;
  },

  // The point of an element that holds still; one that is sliding in would be missed.
  async clickablePoint(find) {
    const before = this.point(find());
    if (!before) return null;
    await new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
      setTimeout(resolve, 100);
    });
    const after = this.point(find());
    return after && after.x === before.x && after.y === before.y ? after : null;
  },

  // "typing" when the field waits for letters, "done" when it has been set.
  beginFilling(selector, text) {
    const field = this.bySelector(selector);
    if (!field || !this.isEnabled(field) || field.readOnly) return null;
    field.scrollIntoView({ block: "center", behavior: "instant" });
    field.focus();
    const announce = () => {
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    if (field instanceof HTMLSelectElement) {
      const options = [...field.options];
      const option =
        options.find((option) => option.value === text) ??
        options.find((option) => option.label.trim() === text);
      if (!option) return null;
      field.value = option.value;
      announce();
      return "done";
    }
    if (["date", "datetime-local", "month", "time", "week", "range", "color"].includes(field.type)) {
      field.value = text;
      announce();
      return "done";
    }
    if (field.isContentEditable) getSelection().selectAllChildren(field);
    else field.select();
    if (text === "") {
      document.execCommand("delete");
      return "done";
    }
    return "typing";
  },
}
