//! Tokens of other systems.

use std::sync::Arc;

use uuid::Uuid;

use super::world::{day, found, organisation_id, path, ten};
use crate::store::Store;
use crate::store::tokens::{NewToken, TokenId, TokenScope};

pub(super) async fn a_token_is_known_by_its_hash_until_and_after_it_is_revoked(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let token = |number: u8, organisation: &str| NewToken {
        id: TokenId(Uuid::from_u128(number.into())),
        hash: [number; 32],
        organisation: organisation_id(organisation),
        scope: TokenScope::Ledgers,
        name: "省平台".to_owned(),
        created_at: ten().plus(number.into()),
        expires_at: ten().plus(1_000),
    };
    for number in [2, 1] {
        let kept = store.issue_token(token(number, "001001")).await;
        kept.expect("keeps a token");
    }
    assert!(store.issue_token(token(1, "001001")).await.is_err(), "once");
    assert!(store.issue_token(token(3, "009")).await.is_err(), "nowhere");
    let ids = store.tokens().await.expect("reads");
    let ids: Vec<u128> = ids.iter().map(|token| token.id.0.as_u128()).collect();
    assert_eq!(ids, [1, 2]);

    let read = async || store.token([1; 32]).await.expect("reads");
    let first = read().await.expect("is there");
    assert_eq!(first.organisation.path, path("001001"));
    assert_eq!(first.organisation.summary.place, ["高要区"]);
    assert_eq!((first.scope, &*first.name), (TokenScope::Ledgers, "省平台"));
    assert_eq!(
        (first.created_at, first.expires_at),
        (ten().plus(1), ten().plus(1_000))
    );
    assert_eq!((first.revoked_at, first.used_on), (None, None));
    assert_eq!(store.token([9; 32]).await.expect("reads"), None);

    for used in [day(), day().plus(-1)] {
        store.note_token_use(first.id, used).await.expect("notes");
    }
    let revoke = async |id, after| store.revoke_token(id, ten().plus(after)).await;
    assert!(revoke(first.id, 5).await.expect("revokes"));
    assert!(revoke(first.id, 6).await.expect("revokes"));
    let nobody = TokenId(Uuid::from_u128(404));
    assert!(!revoke(nobody, 5).await.expect("finds none"));
    let revoked = read().await.expect("is there");
    assert_eq!(revoked.used_on, Some(day()), "the last day");
    assert_eq!(revoked.revoked_at, Some(ten().plus(5)), "the first stands");
}
