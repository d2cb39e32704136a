// Deletes the photos.
new Promise((resolve, reject) => {
  const deleting = indexedDB.deleteDatabase("photos");
  deleting.onsuccess = () => resolve();
  deleting.onerror = () => reject(deleting.error);
})
