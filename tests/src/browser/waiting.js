new Promise((resolve) => {
  let asking = false;
  let problem = null;
  const observer = new MutationObserver(() => ask());
  const timer = setInterval(() => ask(), 50);
  const timeUp = setTimeout(() => finish({ holds: false, problem }), __LEFT_MS__);
  const finish = (outcome) => {
    observer.disconnect();
    clearInterval(timer);
    clearTimeout(timeUp);
    resolve(outcome);
  };
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const value = await (async () => (__EXPRESSION__))();
      problem = null;
      if (value) finish({ holds: true, value });
    } catch (error) {
      problem = String(error);
    }
    asking = false;
  };
  observer.observe(document, {
    attributes: true,
    characterData: true,
    childList: true,
    subtree: true,
  });
  ask();
})
