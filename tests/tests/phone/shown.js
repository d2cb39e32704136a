// What the server has of the photo on the screen: its size, and whether it holds Exif or a comment.
(async () => {
  const { photo } = document.querySelector("[data-photo]").dataset;
  const answer = await fetch(`/api/photos/${photo}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let tellsMore = false;
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes[at + 2] * 256 + bytes[at + 3]) {
    tellsMore ||= bytes[at + 1] === 0xe1 || bytes[at + 1] === 0xfe;
  }
  return { bytes: bytes.length, tells_more: tellsMore };
})();
