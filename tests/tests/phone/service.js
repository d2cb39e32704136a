// Fills the form of a service for an organisation, but for its photo.
((organisation) => {
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  };
  const [starts, ends] = document.querySelectorAll("input[type=time]");
  put(starts, "08:00");
  put(ends, "09:30");
  const options = [...document.querySelectorAll("select option")];
  const choose = (option) => put(option.parentElement, option.value);
  choose(options.find(({ text }) => text.includes(organisation)));
  choose(options.find(({ value }) => value === "health"));
  const numbers = document.querySelectorAll("input.numeric-input[inputmode=numeric]");
  put(numbers[numbers.length - 1], "3");
})
