//! Photos of services, part by part.

use std::sync::Arc;

use serde_bytes::ByteArray;
use shared::ids::PhotoHash;
use shared::limits;
use shared::records::{Photo, Record, Subject};

use super::statements::{COMMUNITY, TEAM, service};
use super::world::{Pen, day, device_id, found, journal, path};
use crate::projector::project_all;
use crate::store::Store;
use crate::store::photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoProgress};

fn hash(number: u8) -> PhotoHash {
    PhotoHash(ByteArray::new([number; 32]))
}

fn part(number: u8, bytes: u64, start: u64, data: &[u8]) -> PhotoPart {
    PhotoPart {
        hash: hash(number),
        bytes,
        device: device_id(3),
        day: day(),
        start,
        data: data.to_vec(),
    }
}

fn kept(received: u64) -> PhotoKept {
    PhotoKept::Kept(PhotoProgress {
        received,
        is_whole: false,
    })
}

pub(super) async fn a_photo_comes_in_parts_each_where_the_last_ended(store: Arc<dyn Store>) {
    found(&store).await;
    let take = async |part: PhotoPart| store.keep_photo_part(part).await.expect("answers");
    assert_eq!(take(part(1, 6, 0, b"abc")).await, kept(3));
    let there = PhotoProgress {
        received: 3,
        is_whole: false,
    };
    // Again, ahead, past every number, nothing, and more than was announced.
    for wrong in [
        part(1, 6, u64::MAX, b"abc"),
        part(1, 6, 3, b""),
        part(1, 6, 0, b"abc"),
        part(1, 6, 4, b"e"),
        part(1, 6, 3, b"defg"),
    ] {
        assert_eq!(take(wrong).await, PhotoKept::Misplaced(there));
    }
    assert_eq!(take(part(1, 6, 3, b"def")).await, kept(6));
    let bytes = store.photo_bytes(hash(1)).await.expect("reads");
    assert_eq!(bytes, b"abcdef");
    store
        .end_photo(hash(1), PhotoEnd::Kept)
        .await
        .expect("ends");
    let whole = store.photo(hash(1)).await.expect("reads").progress;
    assert!(whole.is_whole && whole.received == 6);
    let after = take(part(1, 6, 6, b"")).await;
    assert_eq!(after, PhotoKept::Misplaced(whole));

    assert_eq!(take(part(2, 3, 0, b"xyz")).await, kept(3));
    store
        .end_photo(hash(2), PhotoEnd::Dropped)
        .await
        .expect("ends");
    assert_eq!(store.photo_bytes(hash(2)).await.expect("reads"), b"");
    assert_eq!(take(part(2, 3, 0, b"abc")).await, kept(3));
}

pub(super) async fn a_device_begins_so_many_photos_a_day(store: Arc<dyn Store>) {
    found(&store).await;
    let all = limits::PHOTO_DAY_BYTES;
    let take = async |part: PhotoPart| store.keep_photo_part(part).await.expect("answers");
    assert_eq!(take(part(1, all, 0, b"a")).await, kept(1));
    assert_eq!(take(part(2, 1, 0, b"a")).await, PhotoKept::OverQuota);
    // What was begun goes on, and another day is another day.
    assert_eq!(take(part(1, all, 1, b"b")).await, kept(2));
    let tomorrow = PhotoPart {
        day: day().plus(1),
        ..part(2, 1, 0, b"a")
    };
    assert_eq!(take(tomorrow).await, kept(1));
}

pub(super) async fn a_photo_names_the_services_that_show_it(store: Arc<dyn Store>) {
    found(&store).await;
    let mut told = service(10, 3, 1);
    let Record::Request(request) = &mut told.record else {
        panic!("is a request");
    };
    let Subject::Service(shown) = &mut request.subject else {
        panic!("is a service");
    };
    shown.photo = Some(Photo {
        hash: hash(1),
        bytes: 6,
    });
    let mut pen = Pen::new(journal(3), 3);
    pen.store(&store, &[told.clone(), service(11, 3, 2)]).await;
    project_all(&*store).await.expect("projects");
    let record = store.photo(hash(1)).await.expect("reads");
    assert_eq!(record.progress, PhotoProgress::default());
    assert_eq!(record.shown_in.len(), 1);
    assert_eq!(record.shown_in[0].matter.request, told.id);
    let paths = &record.shown_in[0].paths;
    assert!(paths.contains(&path(COMMUNITY)) && paths.contains(&path(TEAM)));
    let unknown = store.photo(hash(2)).await.expect("reads");
    assert!(unknown.shown_in.is_empty());
}
