// Chooses a photo as large as a camera takes, with a place written into it.
(async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 4000;
  canvas.height = 3000;
  const context = canvas.getContext("2d");
  for (let at = 0; at < 6000; at += 1) {
    context.fillStyle = `hsl(${(at * 47) % 360} 80% 50%)`;
    context.fillRect((at * 131) % 4000, (at * 71) % 3000, 90, 60);
  }
  const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  const bytes = new Uint8Array(await drawn.arrayBuffer());
  const place = new TextEncoder().encode("Exif\0\0MM\0*\0\0\0\x08GPS");
  const length = place.length + 2;
  const segment = [0xff, 0xe1, length >> 8, length & 0xff, ...place];
  const told = [bytes.slice(0, 2), new Uint8Array(segment), bytes.slice(2)];
  const files = new DataTransfer();
  files.items.add(new File(told, "photo.jpg", { type: "image/jpeg" }));
  const input = document.querySelector(".photo-input");
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
})();
