// Fills what the browser lets this site keep, as a phone full of photos: ever smaller pieces, until
// not even the smallest fits.
(async () => {
  const opening = indexedDB.open("photos", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { autoIncrement: true });
  const database = await new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const keep = (bytes) =>
    new Promise((resolve) => {
      const transaction = database.transaction("photos", "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
      transaction.objectStore("photos").add(crypto.getRandomValues(new Uint8Array(bytes)));
    });
  for (let bytes = 65536; bytes >= 64; bytes /= 2) {
    while (await keep(bytes));
  }
  database.close();
})()
